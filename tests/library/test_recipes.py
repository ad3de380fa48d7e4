"""A recipe makes the same labels everywhere: small, large, in a fresh process."""

import io
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
import tifffile
from PIL import Image
from shapely.geometry import shape
from skimage.measure import perimeter_crofton

from lessons_lib import accuracy, batches, clusterings, exports, features, images, recipes, sources
from lessons_lib.history import History
from tests.project.files import ROOT

Recipe = recipes.Recipe


def small(name="flower", side=120):
    return images.shrink(images.load(name), side)


def blocks():
    """Three colours in four blocks: 0 | 1 over 2 | 0."""
    colors = np.array([[20, 20, 220], [20, 200, 20], [230, 220, 180]], np.uint8)
    return colors[np.repeat(np.repeat([[0, 1], [2, 0]], 20, axis=0), 30, axis=1)]


@pytest.mark.parametrize("method", clusterings.METHODS)
def test_a_cut_is_that_of_the_method(method):
    image, recipe = small(), Recipe(method=method, k=4)
    found = recipes.cut(image, recipe)
    if method == "k-means":
        lab = features.convert(image.reshape(-1, 3), "CIELAB")
        away = ((lab[:, None] - found.centers) ** 2).sum(axis=2)
        assert np.array_equal(away.argmin(axis=1), found.labels.ravel())
        fitted = features.segment(lab.reshape(image.shape), 4)
        mine = away.min(axis=1).sum()
        assert mine <= 1.02 * fitted.inertia
    else:
        told = recipes.told_of(recipe)
        assert np.array_equal(found.labels, clusterings.segment(image, method, **told).labels)
        assert found.centers is None


@pytest.mark.parametrize("space", features.SPACES)
@pytest.mark.parametrize("more", [{}, {"band": "red"}, {"band": "brightness"}, {"smooth": 2.0},
                                  {"position": 50}])
def test_every_kind_of_feature_gives_a_map(space, more):
    found = recipes.cut(small("coffee", 90), Recipe(features=space, **more))
    assert set(np.unique(found.labels)) <= set(range(4)) and found.labels.max() >= 1


def test_no_data_has_no_label_and_no_say():
    image = blocks()
    known = np.ones(image.shape[:2], bool)
    known[:20, :30] = False
    hidden = image.copy()
    hidden[~known] = 255
    for method in ("k-means", "Felzenszwalb"):
        labels = recipes.cut(hidden, Recipe(k=3, method=method), known=known).labels
        assert (labels[~known] == -1).all() and (labels[known] >= 0).all()
    labels = recipes.cut(hidden, Recipe(k=3), known=known).labels
    assert np.array_equal(np.unique(labels[known]), [0, 1, 2])
    with pytest.raises(ValueError, match="image must hold data"):
        recipes.cut(image, known=np.zeros(image.shape[:2], bool))


@pytest.mark.parametrize("wrong, message", [
    ({"features": "XYZ"}, "must|space"), ({"band": "infrared"}, "band must be one of"),
    ({"method": "magic"}, "method must be one of"), ({"k": 1}, "k must be a whole number from 2"),
    ({"smooth": -1}, "smooth must be"), ({"edits": (("paint", 0, 0, "x"),)}, "edits must be"),
    ({"edits": (("name", 0, 0, " "),)}, "a name that is not empty")])
def test_wrong_settings_are_named(wrong, message):
    with pytest.raises((ValueError, KeyError), match=message):
        recipes.run(blocks(), Recipe(**wrong))


def test_names_merges_and_regions():
    labels = recipes.cut(blocks(), Recipe(k=3)).labels
    named = recipes.edit(labels, [("name", 0, 0, "water"), ("name", 0, 40, "grass")])
    assert sorted(named.names)[1:] == ["grass", "water"] and len(named.names) == 3
    assert named.names[named.classes[30, 50]] == "water"
    merged = recipes.edit(labels, [("name", 0, 0, "water"), ("merge", 0, 40, 0, 0)])
    assert len(merged.names) == 2 and merged.names[merged.classes[0, 40]] == "water"
    alone = recipes.edit(labels, [("name", 0, 0, "water"), ("region", 30, 50, "pond")])
    assert alone.names[alone.classes[30, 50]] == "pond"
    assert alone.names[alone.classes[0, 0]] == "water"
    assert (alone.classes == alone.classes[30, 50]).sum() == 600
    outside = recipes.edit(labels, [("name", 99, 0, "x"), ("merge", 0, 0, 99, 99)])
    assert np.array_equal(outside.classes, labels)


def test_small_regions_dissolve_before_names():
    image = blocks()
    image[5:7, 5:7] = image[0, 59]
    assert recipes.run(image, Recipe(k=3, min_area=10)).classes[5, 5] == recipes.run(
        image, Recipe(k=3, min_area=10)).classes[0, 0]
    assert recipes.run(image, Recipe(k=3)).classes[5, 5] != recipes.run(
        image, Recipe(k=3)).classes[0, 0]


@pytest.mark.parametrize("recipe", [
    Recipe(side=120), Recipe(side=120, smooth=1.0), Recipe(side=120, band="green"),
    Recipe(side=120, position=40), Recipe(side=120, method="Felzenszwalb"),
    Recipe(side=120, edits=(("region", 40, 60, "middle"), ("name", 1, 1, "corner")))])
def test_full_size_agrees_with_the_working_size(recipe):
    image = images.load("flower")
    steps = list(recipes.full_size(image, recipe))
    assert steps == sorted(steps) and steps[-1] == 1
    made, less = recipes.finished(recipes.full_size(image, recipe)), recipes.run(image, recipe)
    assert made.classes.shape == image.shape[:2] and made.names == less.names
    down = recipes.nearest(less.classes.shape[0], len(image))
    across = recipes.nearest(less.classes.shape[1], image.shape[1])
    assert (made.classes[down][:, across] == less.classes).mean() > 0.85


def test_full_size_names_each_pixel_by_the_nearest_centre():
    image, recipe = images.load("coffee"), Recipe(side=100, k=5)
    found = recipes.cut(recipes.working(image, 100)[0], recipe)
    made = recipes.finished(recipes.full_size(image, recipe))
    lab = features.convert(image.reshape(-1, 3), "CIELAB")
    away = ((lab[:, None] - found.centers) ** 2).sum(axis=2)
    assert np.array_equal(away.argmin(axis=1).reshape(image.shape[:2]), made.classes)


def test_advice_names_the_disagreement():
    choices, text = recipes.advise(small("coffee"))
    different = set(choices.values()) - {None}
    assert ("disagree" in text) == (len(different) > 1)
    assert all(f"{k} (" in text for k in different)
    assert recipes.advise(np.zeros((5, 5, 3), np.uint8))[1].startswith("There are 1 kinds")


def made_of(image, recipe, **more):
    found = recipes.cut(recipes.working(image, recipe.side)[0], recipe)
    made = recipes.run(image, recipe)
    return made, batches.settings(recipe, found, made, **more)


RECIPES = {
    "k-means": Recipe(k=3, min_area=30, edits=(("name", 5, 5, "it's «green»"),
                                               ("region", 60, 200, "a flower"))),
    "position, one band": Recipe(features="RGB", band="red", smooth=1.5, position=30, k=5),
    "Felzenszwalb": Recipe(method="Felzenszwalb", k=4, side=160),
}


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("name", RECIPES)
def test_the_script_makes_equal_labels_in_a_fresh_process(tmp_path, name, full):
    recipe, image = RECIPES[name], images.load("flower")
    made, kept = made_of(image, recipe, picture="flower")
    labels = recipes.finished(recipes.full_size(image, recipe)).classes if full else made.classes
    files = exports.files(recipes.working(image, recipe.side)[0], made.classes, made.names, kept,
                          b"", labels=labels, full=full)
    lines = files["again.py"].decode().splitlines()
    assert len(lines) <= 16 and max(map(len, lines)) < 100
    (tmp_path / "again.py").write_bytes(files["again.py"])
    ran = subprocess.run([sys.executable, "again.py"], cwd=tmp_path, capture_output=True,
                         env={**__import__("os").environ, "PYTHONPATH": str(ROOT),
                              "PYTHONIOENCODING": "utf-8"}, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    assert (tmp_path / "labels.npy").read_bytes() == files["labels.npy"]
    assert ran.stdout.decode().strip() == ", ".join(made.names)


def exported(tmp_path, image, recipe, source=None, **more):
    made, kept = made_of(image, recipe, **more)
    work = recipes.working(image, recipe.side)[0]
    files = exports.files(work, made.classes, made.names, kept, b"png", source=source)
    exports.save(tmp_path / "out", files)
    return made, tmp_path / "out"


def test_what_is_written_is_read_by_other_programs(tmp_path):
    image = blocks()
    image[5:15, 5:20] = image[0, 59]  # a hole in the first block
    made, out = exported(tmp_path, image, Recipe(k=3, edits=(("name", 0, 59, "grass"),)),
                         picture="mine.png", pixel_size=0.5, unit="um")
    assert np.array_equal(np.load(out / "labels.npy"), made.classes)
    assert np.array_equal(np.asarray(Image.open(out / "labels.png")).astype(int) - 1, made.classes)
    with tifffile.TiffFile(out / "labels.tif") as file:
        assert file.is_imagej and file.imagej_metadata["unit"] == "micron"
        assert np.array_equal(file.asarray().astype(int) - 1, made.classes)
        a, b = file.pages[0].tags["XResolution"].value
        assert b / a == pytest.approx(0.5)
    outlines = json.loads((out / "regions.geojson").read_text())["features"]
    table = pd.read_csv(out / "regions.csv", index_col="region")
    assert len(outlines) == len(table) == 5
    for one in outlines:
        polygon = shape(one["geometry"])
        row = table.loc[one["id"]]
        assert polygon.is_valid and polygon.area == row["area_px"] == 4 * row["area_um2"]
        assert polygon.contains(shapely.Point(row["column"] + 0.5, row["row"] + 0.5))
        assert one["properties"]["name"] == row["name"]
    assert sum(len(shape(one["geometry"]).interiors) for one in outlines) == 1
    grass = table[table["name"] == "grass"]
    assert sorted(grass["area_px"]) == [150, 600]
    assert grass[["red", "green", "blue"]].to_numpy().tolist() == [[20, 200, 20]] * 2
    hole = grass[grass["area_px"] == 150].iloc[0]
    mask = np.zeros((40, 60), bool)
    mask[5:15, 5:20] = True
    assert hole["perimeter_px"] == pytest.approx(perimeter_crofton(mask))
    assert (hole["center_row"], hole["center_column"]) == (9.5, 12)
    classes = pd.read_csv(out / "classes.csv", index_col="class")
    assert classes["pixels"].sum() == 2400 and classes["regions"].sum() == 5
    kept = batches.load_settings(out / "settings.json")
    assert batches.recipe_of(kept).edits == (("name", 0, 59, "grass"),)


def test_a_projection_goes_through(tmp_path):
    values = np.moveaxis(np.repeat(np.repeat(blocks(), 20, axis=0), 20, axis=1), 2, 0)
    path = tmp_path / "scene.tif"
    with rasterio.open(path, "w", driver="GTiff", count=3, height=800, width=1200, dtype="uint8",
                       crs="EPSG:32633", transform=rasterio.Affine(10, 0, 5e5, 0, -10, 5e6),
                       photometric="rgb") as file:
        file.write(values)
    source = sources.load(path)
    made, out = exported(tmp_path, source.image, Recipe(k=3), source=source, picture="scene.tif",
                         pixel_size=source.pixel_size, unit=source.unit)
    with rasterio.open(out / "labels.tif") as file:
        assert file.crs.to_epsg() == 32633 and file.nodata == -1
        assert file.transform.almost_equals(rasterio.Affine(25, 0, 5e5, 0, -25, 5e6))
        assert np.array_equal(file.read(1), made.classes)
    table = pd.read_csv(out / "regions.csv")
    assert table["area_m2"].sum() == pytest.approx(800 * 1200 * 100)
    for one in json.loads((out / "regions.geojson").read_text())["features"]:
        west, south, east, north = shape(one["geometry"]).bounds
        assert 14.9 < west < east < 15.3 and 44.9 < south < north < 45.3


@pytest.mark.parametrize("grown", [(10, 20), (20, 20)])
def test_without_a_projection_outlines_lie_on_the_picture(tmp_path, grown):
    values = np.repeat(np.repeat(blocks(), grown[0], axis=0), grown[1], axis=1)
    source = sources.Source(values)
    made, out = exported(tmp_path, values, Recipe(k=3, side=480), source=source, picture="mine.png")
    assert made.classes.shape != values.shape[:2]
    found = [shape(one["geometry"])
             for one in json.loads((out / "regions.geojson").read_text())["features"]]
    assert shapely.union_all(found).bounds == pytest.approx(
        (0, 0, values.shape[1], values.shape[0]))
    assert sum(one.area for one in found) == pytest.approx(values.shape[0] * values.shape[1])
    for one in found:  # each holds pixels of one colour
        west, south, east, north = (round(x) for x in one.bounds)
        assert len(np.unique(values[south + 9:north - 9, west + 9:east - 9].reshape(-1, 3),
                             axis=0)) == 1
    told = (out / "README.txt").read_text()
    assert (f"columns and rows of a picture of {values.shape[0]} x {values.shape[1]} pixels"
            in told) and "labels.tif has the numbers of labels.png" in told


def test_the_readme_says_what_a_projection_changes(tmp_path):
    image = blocks()
    source = sources.Source(image, transform=(10, 0, 5e5, 0, -10, 5e6), crs="EPSG:32633")
    _, out = exported(tmp_path, image, Recipe(k=3), source=source, picture="scene.tif")
    told = (out / "README.txt").read_text()
    assert "outlines in regions.geojson: longitude and latitude" in told
    assert "labels.tif has the numbers of labels.npy" in told


def test_a_result_without_regions_is_no_error(tmp_path):
    image = blocks()
    _, kept = made_of(image, Recipe(k=3), picture="mine.png", pixel_size=1.0, unit="mm")
    nothing = np.full(image.shape[:2], -1)
    files = exports.files(image, nothing, [], kept, b"")
    assert "There are no regions" in files["README.txt"].decode()
    assert len(pd.read_csv(io.BytesIO(files["regions.csv"]))) == 0
    assert json.loads(files["regions.geojson"])["features"] == []
    assert "area_mm2" in pd.read_csv(io.BytesIO(files["classes.csv"])).columns
    assert not np.asarray(Image.open(io.BytesIO(files["labels.png"]))).any()


def test_names_found_here_name_other_pictures(tmp_path):
    image = blocks()
    recipe = Recipe(k=3, edits=(("name", 0, 0, "water"), ("merge", 39, 0, 0, 59)))
    made, kept = made_of(image, recipe)
    Image.fromarray(image[::-1]).save(tmp_path / "b.png", dpi=(254, 254))
    np.save(tmp_path / "a.npy", image[:, :30])
    (tmp_path / "c.png").write_bytes(b"no picture")
    paths = sources.in_folder(tmp_path)
    table, failed = recipes.finished(batches.name_folder(paths, json.loads(json.dumps(kept))))
    assert list(failed) == ["c.png"] and "could not be read" in failed["c.png"]
    assert table["picture"].tolist() == ["a.npy", "a.npy", "b.png", "b.png"]
    pixels = table.set_index(["picture", "name"])["pixels"]
    assert pixels["a.npy", "water"] == 600 and pixels["b.png", "water"] == 1200
    areas = table.set_index(["picture", "name"])["area"]
    assert areas["b.png", "water"] == pytest.approx(1200 * 100**2, rel=1e-3)  # 100 um a pixel
    assert np.array_equal(batches.Namer(kept)(image), made.classes)


def test_what_cannot_name_others_says_so(tmp_path):
    _, kept = made_of(blocks(), Recipe(k=3, position=20))
    with pytest.raises(ValueError, match="k-means without position"):
        batches.Namer(kept)
    _, kept = made_of(blocks(), Recipe(method="Ward", k=3))
    with pytest.raises(ValueError, match="k-means without position"):
        batches.Namer(kept)
    (tmp_path / "a.json").write_text('{"form": 1, "recipe": {"colour": 3}}')
    (tmp_path / "b.json").write_text("[1, 2]")
    (tmp_path / "c.json").write_text("{")
    for name in "abc":
        with pytest.raises(ValueError, match="must be settings written as JSON"):
            batches.load_settings(tmp_path / f"{name}.json")


def test_change_counts_pairs_and_sums():
    before = np.array([[0, 0, 1, -1], [1, 1, 0, 0]])
    after = np.array([[0, 1, 1, 0], [1, 0, -1, 0]])
    table = batches.change(before, after, ["a", "b"], pixel_size=10)
    assert table.loc["a"].tolist() == [200, 100, 300]
    assert table.loc["b"].tolist() == [100, 200, 300] and table.loc["sum", "sum"] == 600
    with pytest.raises(ValueError, match="the same scene in the same pixels"):
        batches.change(before, after[:1], ["a", "b"])
    with pytest.raises(ValueError, match="after must hold classes 0 to 0"):
        batches.change(np.zeros_like(after), after, ["a"])


def test_accuracy_is_that_of_lesson_07():
    """The invented visits of lesson 07: 92 of 100 and 88 of 100, 46.6 % forest."""
    mapped = np.repeat([0, 1], 100)
    truth = np.concatenate([np.repeat([0, 1], [92, 8]), np.repeat([0, 1], [12, 88])])
    shares = np.array([0.466, 0.534])
    found = accuracy.estimate(truth, mapped, shares)
    assert found.overall == pytest.approx(shares @ [0.92, 0.88])
    error = np.sqrt((shares**2 * [0.92 * 0.08 / 99, 0.88 * 0.12 / 99]).sum())
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.05)
    assert found.low < found.overall < found.high and found.weighted
    assert found.table.tolist() == [[92, 12], [8, 88]]


@pytest.mark.parametrize("right", [0.6, 0.85, 0.95])
def test_the_interval_holds_the_truth_as_often_as_it_says(right):
    rng, shares, held = np.random.default_rng(1), [0.7, 0.3], 0
    for _ in range(400):
        mapped = np.repeat([0, 1], 10)
        truth = np.where(rng.random(20) < right, mapped, 1 - mapped)
        found = accuracy.estimate(truth, mapped, shares)
        held += found.low <= right <= found.high
    assert 0.9 < held / 400 <= 1


def test_few_points_and_points_off_the_map():
    found = accuracy.estimate([0, 1, 1], [0, 1, -1], [0.5, 0.5])
    assert not found.weighted and found.overall == pytest.approx(2 / 3)
    assert found.right.tolist() == [True, True, False]
    assert "each point counts once" in accuracy.in_words(found)
    for truth, mapped, shares in [([], [], [1]), ([0], [0, 1], [1, 1]), ([2], [0], [1, 1]),
                                  ([0], [0], [0, 0]), ([0.5], [0], [1])]:
        with pytest.raises(ValueError, match="must (be|have)"):
            accuracy.estimate(np.array(truth), np.array(mapped), shares)


def test_points_are_drawn_in_each_class():
    classes = np.repeat([0, 1, 1, 1, -1], 40).reshape(10, 20)
    points = accuracy.draw_points(classes, 20)
    drawn = [classes[point] for point in points]
    assert np.bincount(drawn).tolist() == [10, 10] and len(set(points)) == 20
    assert points == accuracy.draw_points(classes, 20) != accuracy.draw_points(classes, 20, seed=1)


def test_history_keeps_twenty_steps():
    kept = History(0)
    for state in range(1, 31):
        kept.do(state)
    assert kept.steps == (20, 0)
    assert [kept.undo() for _ in range(25)][-1] == 10
    assert kept.redo() == 11 and kept.steps == (1, 19)
    kept.do(99)
    assert kept.steps == (2, 0) and kept.redo() == 99
    kept.do(99)
    assert kept.steps == (2, 0)


@pytest.mark.parametrize("position, columns, message", [
    (0, 2, "centers must have 3 columns for CIELAB; their shape is"),
    (20, 3, "centers must have 5 columns for CIELAB and position; their shape is")])
def test_centers_of_other_features_are_refused(position, columns, message):
    image, recipe = small("coffee", 40), Recipe(k=3, position=position)
    with pytest.raises(ValueError, match=message):
        recipes.cut(image, recipe, centers=np.zeros((3, columns)))
    with pytest.raises(ValueError, match="centers must be finite"):
        recipes.cut(image, recipe, centers=np.full((3, 3 + 2 * bool(position)), np.nan))
