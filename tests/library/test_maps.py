"""Tests of lessons_lib.maps: names for clusters, the table of regions, label maps in files."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from skimage.measure import regionprops

from lessons_lib import landscape, maps, regions

label_maps = hnp.arrays(
    np.int32, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=10),
    elements=st.integers(-1, 3))


# name_clusters

small = st.integers(0, 6)


@given(hnp.arrays(np.int64, st.tuples(st.integers(1, 6), st.just(2)), elements=small),
       hnp.arrays(np.int64, st.tuples(st.integers(1, 5), st.just(2)), elements=small))
def test_names_against_a_plain_loop(centers, colors):
    names = ["water", "grass", "rock", "snow", "sand"][:len(colors)]
    found = maps.name_clusters(centers, colors, names)
    for cluster, center in enumerate(centers):
        distance = [sum((center - color) ** 2) for color in colors]
        nearest = [name for name, d in zip(names, distance) if d == min(distance)]
        assert found.names[cluster] == nearest[0]
        assert names[found.classes[cluster]] == nearest[0]
        assert found.ties.get(cluster, nearest[:1]) == nearest
        assert (cluster in found.ties) == (len(nearest) > 1)
    for name in names:
        takers = [cluster for cluster, taken in enumerate(found.names) if taken == name]
        assert found.shared.get(name, takers) == takers
        assert (name in found.shared) == (len(takers) > 1)
        assert (name in found.unused) == (not takers)


def test_names_by_hand():
    centers = landscape.COLORS[[2, 0, 3, 2]] + [[5.0], [-5], [1], [0]]
    found = maps.name_clusters(centers, landscape.COLORS, landscape.NAMES)
    assert found == maps.Naming(["mountain", "water", "snow", "mountain"], found.classes,
                                {"mountain": [0, 3]}, {}, ["grass"])
    assert found.classes.dtype == np.int32 and found.classes.tolist() == [2, 0, 3, 2]
    labels = np.array([[0, 1], [3, 2]])
    assert found.classes[labels].tolist() == [[2, 0], [2, 3]]  # a map of the classes
    assert maps.name_clusters([[1.0]], [[0], [2]], ["dark", "bright"])[:4] == (
        ["dark"], [0], {}, {0: ["dark", "bright"]})


def test_of_tied_names_the_first_is_taken_whatever_the_last_digit_says():
    found = maps.name_clusters([[0.3]], [[0.5], [0.1]], ["bright", "dark"])
    assert found.ties == {0: ["bright", "dark"]}
    assert found.names == ["bright"]


@pytest.mark.parametrize("centers, colors, names, message", [
    ([[1, 2, 3]], [[1, 2, 3], [4, 5, 6]], ["a"], r"got 1 names for colors of shape \(2, 3\)"),
    ([[1, 2, 3]], [[1, 2, 3]], ["a", "b"], r"got 2 names for colors of shape \(1, 3\)"),
    ([[1, 2, 3]], [[1, 2, 3], [4, 5, 6]], ["a", "a"], "one different name for each color"),
    ([[1, 2, 3]], [1, 2, 3], ["a", "b", "c"], r"got 3 names for colors of shape \(3,\)"),
    ([[1, 2]], [[1, 2, 3]], ["a"], r"centers must have 3 columns like colors;.*\(1, 2\)"),
    ([1, 2, 3], [[1, 2, 3]], ["a"], r"centers must have 3 columns like colors;.*\(3,\)"),
])
def test_naming_says_what_is_wrong(centers, colors, names, message):
    with pytest.raises(ValueError, match=message):
        maps.name_clusters(centers, colors, names)


# region_table

@given(label_maps, st.sampled_from([1, 2]))
def test_table_of_any_map(labels, connectivity):
    found = regions.connected(labels, connectivity=connectivity)
    names = ["water", "grass", "rock", "snow"]
    table = maps.region_table(found, names)
    assert table.index.name == "region" and table.index.tolist() == list(range(len(found.areas)))
    assert table["area_px"].sum() == (labels >= 0).sum()
    assert table["share"].sum() == pytest.approx(1 if len(table) else 0)
    measured = {one.label - 1: one for one in regionprops(found.labels + 1)}
    for number, row in table.iterrows():
        assert found.labels[row["row"], row["column"]] == number  # the point is inside
        assert labels[row["row"], row["column"]] == row["class"]
        assert row["name"] == names[row["class"]]
        assert row["area_px"] == measured[number].area == (found.labels == number).sum()
        assert row["perimeter_px"] == pytest.approx(measured[number].perimeter)


def test_table_by_hand():
    labels = np.full((8, 10), -1)
    labels[:, :5] = 1
    labels[2:6, 6:10] = 0
    labels[0, 9] = 1
    table = maps.region_table(regions.connected(labels))
    assert table.columns.tolist() == ["class", "name", "area_px", "share", "perimeter_px", "row",
                                      "column"]
    assert table["class"].tolist() == [1, 1, 0]
    assert table["name"].tolist() == ["class 1", "class 1", "class 0"]
    assert table["area_px"].tolist() == [40, 1, 16]
    assert table["share"].tolist() == [40 / 57, 1 / 57, 16 / 57]
    # Through the middles of the border pixels, along the frame as well; a single pixel has none.
    assert table["perimeter_px"].tolist() == [2 * (7 + 4), 0, 4 * 3]
    assert (table["row"][1], table["column"][1]) == (0, 9)


def test_table_in_metres():
    labels = np.zeros((100, 200), int)
    labels[:, 150:] = 1
    found = regions.connected(labels)
    plain, table = maps.region_table(found), maps.region_table(found, pixel_size=10)
    pd.testing.assert_frame_equal(table[plain.columns], plain)
    assert set(table.columns) - set(plain.columns) == {"area_m2", "area_ha", "perimeter_m"}
    assert table["area_m2"].tolist() == [1_500_000, 500_000]
    assert table["area_ha"].tolist() == [150, 50]
    assert table["perimeter_m"].tolist() == [10 * 2 * (99 + 149), 10 * 2 * (99 + 49)]


def test_hectares_are_made_of_metres_only():
    found = regions.connected(np.zeros((20, 30), int))
    table = maps.region_table(found, pixel_size=0.5, unit="mm")
    assert [c for c in table.columns if c.startswith(("area", "perimeter"))] == [
        "area_px", "perimeter_px", "area_mm2", "perimeter_mm"]
    assert table["area_mm2"].tolist() == [150] and table["perimeter_mm"].tolist() == [48]


@pytest.mark.parametrize("names", [None, ["water"], []])
def test_table_without_regions(names):
    table = maps.region_table(regions.connected(np.full((4, 5), -1)), names, pixel_size=3)
    assert len(table) == 0
    full = maps.region_table(regions.connected(np.zeros((4, 5), int)), pixel_size=3)
    assert table.columns.tolist() == full.columns.tolist()
    assert table["area_ha"].sum() == 0


def test_more_names_than_needed_are_fine_but_not_fewer():
    found = regions.connected(np.array([[0, 2]]))
    table = maps.region_table(found, ("water", "grass", "rock", "snow"))
    assert table["name"].tolist() == ["water", "rock"]
    with pytest.raises(ValueError, match="names must have one for each class 0 to 2; got 2"):
        maps.region_table(found, ["water", "grass"])


@pytest.mark.parametrize("size", [0, -1.5, np.nan, np.inf])
def test_pixel_size_must_be_a_length(size):
    with pytest.raises(ValueError, match="pixel_size must be a length above 0, got"):
        maps.region_table(regions.connected(np.zeros((2, 2), int)), pixel_size=size)


# write_area

@pytest.mark.parametrize("square_meters, words", [
    (12_922_000, "1,292 ha"), (100_000, "10 ha"), (98_000, "9.8 ha"), (10_000, "1.0 ha"),
    (9_999, "9,999 m²"), (85, "85 m²"), (2.54, "2.5 m²"), (0.0625, "0.062 m²"), (0, "0 m²")])
def test_areas_in_words(square_meters, words):
    assert maps.write_area(square_meters) == words


# files

@pytest.mark.parametrize("name", ["map.npy", "map.png"])
@pytest.mark.parametrize("most", [-1, 0, 3, 254, 255, 256, 65534])
def test_saved_labels_come_back(tmp_path, name, most):
    rng = np.random.default_rng(most + 1)
    labels = rng.integers(-1, most + 1, (9, 7))  # neither square nor symmetric
    labels[4, 2], labels[0, 6] = most, -1
    before = labels.copy()
    maps.save_labels(tmp_path / name, labels)
    assert np.array_equal(labels, before)
    loaded = maps.load_labels(str(tmp_path / name))
    assert loaded.dtype == np.int32
    assert np.array_equal(loaded, labels)
    loaded[0, 0] = 5  # and can be worked on


def test_saved_again_the_file_is_new(tmp_path):
    for labels in (np.full((9, 5), 300), np.zeros((3, 3), int)):
        for name in ("map.npy", "map.png"):
            maps.save_labels(str(tmp_path / name), labels)
            assert np.array_equal(maps.load_labels(tmp_path / name), labels)


@pytest.mark.parametrize("most, mode", [(254, "L"), (255, "I;16")])
def test_what_other_programs_find_in_the_picture(tmp_path, most, mode):
    labels = np.array([[-1, 0, 1], [7, most, -1]])
    maps.save_labels(tmp_path / "map.png", labels)
    with Image.open(tmp_path / "map.png") as file:
        assert file.format == "PNG" and file.size == (3, 2) and file.mode.startswith(mode)
        assert np.array_equal(np.asarray(file), labels + 1)


def test_what_other_programs_find_in_the_array(tmp_path):
    labels = np.array([[-1, 70_000]])
    maps.save_labels(tmp_path / "map.npy", labels)
    assert np.array_equal(np.load(tmp_path / "map.npy"), labels)
    assert np.array_equal(maps.load_labels(tmp_path / "map.npy"), labels)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint16, np.int64])
def test_the_largest_label_of_a_type_is_kept(tmp_path, dtype):
    labels = np.array([[0, min(np.iinfo(dtype).max, 65534)]]).astype(dtype)
    for name in ("map.npy", "map.png"):
        maps.save_labels(tmp_path / name, labels)
        assert np.array_equal(maps.load_labels(tmp_path / name), labels)


@pytest.mark.parametrize("labels, message", [
    (np.zeros(5, int), r"labels must be a label map: whole numbers.*\(5,\)"),
    (np.zeros((2, 2, 3), int), "labels must be a label map"),
    (np.zeros((2, 2)), "labels must be a label map.*got float64"),
])
def test_only_label_maps_are_saved(tmp_path, labels, message):
    for name in ("map.npy", "map.png"):
        with pytest.raises(ValueError, match=message):
            maps.save_labels(tmp_path / name, labels)
    assert list(tmp_path.iterdir()) == []


def test_a_picture_cannot_hold_more_than_65534(tmp_path):
    with pytest.raises(ValueError, match="labels go from 0 to 65535; a PNG holds -1 to 65534: "
                                         "save them as .npy"):
        maps.save_labels(tmp_path / "map.png", np.array([[0, 65535]]))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["map.jpg", "map", "map.npz", "png"])
def test_other_endings_are_refused(tmp_path, name):
    with pytest.raises(ValueError, match=f"path must end in .npy, .png or .tif, got '{name}'"):
        maps.save_labels(tmp_path / name, np.zeros((2, 2), int))
    assert list(tmp_path.iterdir()) == []
