"""Every explorer of every lesson: all controls, both ends, random settings, other pictures."""

import importlib
import io
import pkgutil
import re

import ipywidgets as widgets
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from scipy import ndimage

from lessons_lib import explorers, figures, images, palettes
from lessons_lib.explorers.base import Explorer
from tests.lessons import known

NAMES = sorted(m.name for m in pkgutil.iter_modules(explorers.__path__) if m.name not in ("base", "stepper"))


def grey(name, side):
    return np.round(255 * images.gray(images.shrink(images.load(name), side))).astype(np.uint8)


LESSONS = {lesson.EXPLORER: lesson for lesson in known().values()}
SAYS = {name: lesson.SAYS for name, lesson in LESSONS.items()}
NOT_REPEATED = {(name, key) for name, lesson in LESSONS.items() for key in getattr(lesson, "NOT_REPEATED", ())}


@pytest.fixture(scope="module", params=NAMES)
def name(request):
    if request.param not in LESSONS:
        pytest.fail(f"a new explorer: say in tests/lessons what {request.param} needs, and what its text says")
    return request.param


def make(name):
    return importlib.import_module(f"lessons_lib.explorers.{name}").explorer(**getattr(LESSONS[name], "needed", dict)())


@pytest.fixture(scope="module")
def explorer(name):
    return make(name)


@pytest.fixture(autouse=True)
def from_the_start(request):
    """Each test finds the explorer as the learner does."""
    if "explorer" in request.fixturenames:
        request.getfixturevalue("explorer").reset()


def forget(name):
    """Empty the caches of a module: what is drawn next is computed anew."""
    for function in vars(importlib.import_module(f"lessons_lib.explorers.{name}")).values():
        if hasattr(function, "cache_clear"):
            function.cache_clear()


def values_of(control):
    """All values of a list, or both ends and some steps between of a slider."""
    if hasattr(control, "options"):
        return [o[1] if isinstance(o, tuple) else o for o in control.options]
    steps = int(round((control.max - control.min) / control.step))
    some = sorted({0, steps, *np.linspace(0, steps, 7).astype(int).tolist()})
    return [type(control.value)(round(control.min + s * control.step, 10)) for s in some]


def combinations(explorer, n, seed=0):
    rng = np.random.default_rng(seed)
    values = {key: values_of(control) for key, control in explorer._controls.items()}
    return [{key: some[rng.integers(len(some))] for key, some in values.items()} for _ in range(n)]


def put(explorer, settings):
    for key, value in settings.items():
        explorer._controls[key].value = value
    assert explorer.settings == settings


def good(explorer, says):
    """Assert that all is well with what an explorer shows."""
    picture, settings = explorer.picture, explorer.settings
    assert explorer.status == picture.text, settings
    assert "Not drawn" not in explorer.status and re.fullmatch(says, picture.text), picture.text
    rgb = picture.rgb
    assert rgb.dtype == np.uint8 and rgb.ndim == 3 and rgb.shape[2] == 3
    assert 100 <= rgb.shape[0] <= 1200 and 300 <= rgb.shape[1] <= 1200, rgb.shape
    assert len(np.unique(rgb @ (65536, 256, 1))) > 5  # colours
    with Image.open(io.BytesIO(explorer._image.value)) as sent:
        assert sent.size == rgb.shape[1::-1]
    assert (explorer._image.width, explorer._image.height) == tuple(map(str, rgb.shape[1::-1]))


def same(one, other):
    return one.text == other.text and np.array_equal(one.rgb, other.rgb)


def test_explorers_are_found():
    assert {"start", "circles", "coins"} <= set(NAMES)


def test_controls_are_labelled(explorer):
    assert isinstance(explorer, Explorer) and len(explorer._controls) >= 2
    labels = [control.description for control in explorer._controls.values()]
    assert all(label.strip() for label in labels) and len(set(labels)) == len(labels)
    shown = explorer.children[0].children
    assert list(shown[:-1]) == list(explorer._controls.values())
    assert isinstance(shown[-1], widgets.Button) and shown[-1].description == "Reset"
    assert explorer._title != "Explorer" and repr(explorer).startswith(explorer._title)


def test_every_control_at_both_ends(name, explorer):
    good(explorer, SAYS[name])
    for key, control in explorer._controls.items():
        for value in (values_of(control)[0], values_of(control)[-1]):
            control.value = value
            assert explorer.settings[key] == value
            good(explorer, SAYS[name])
        explorer.reset()


def test_a_control_changes_the_picture(explorer):
    """None is idle, not all together and not one by one."""
    start = explorer.picture
    for key, control in explorer._controls.items():
        changed = []
        for value in (values_of(control)[0], values_of(control)[-1]):
            control.value = value
            changed.append(explorer.picture.text != start.text
                           and not np.array_equal(explorer.picture.rgb, start.rgb))
        assert any(changed), key
        explorer.reset()


def test_random_combinations(name, explorer):
    for settings in combinations(explorer, 30):
        put(explorer, settings)
        good(explorer, SAYS[name])
        for key, value in settings.items():
            if isinstance(value, (int, float)) and (name, key) not in NOT_REPEATED:
                said = re.escape(f"{value:g}")
                assert re.search(rf"(?<![\d.]){said}(?!\.?\d)", explorer.status), (key, explorer.status)


def test_equal_settings_give_equal_pictures(name, explorer):
    """Whatever was drawn before, and with nothing kept from before."""
    tried = combinations(explorer, 4, seed=1)
    first = []
    for settings in tried:
        put(explorer, settings)
        first.append(explorer.picture)
    for settings, picture in list(zip(tried, first))[::-1]:
        put(explorer, settings)
        assert same(explorer.picture, picture), settings
    forget(name)
    another = make(name)
    for settings, picture in zip(tried[::-1], first[::-1]):
        put(another, settings)
        assert same(another.picture, picture), settings


def test_the_explorer_shows_what_render_draws(explorer):
    for settings in combinations(explorer, 3, seed=2):
        put(explorer, settings)
        assert same(explorer._render(**settings), explorer.picture)


def test_the_defaults_of_render_are_the_start(explorer):
    """A filmstrip names only what it changes."""
    assert same(explorer._render(), explorer.picture)


def test_reset(explorer):
    start, settings = explorer.picture, explorer.settings
    put(explorer, combinations(explorer, 1, seed=3)[0])
    assert explorer.settings != settings
    explorer.children[0].children[-1].click()
    assert explorer.settings == settings and same(explorer.picture, start)


def test_filmstrip(explorer):
    stops = combinations(explorer, 2, seed=4)
    strip = figures.filmstrip(explorer._render, stops, ["one", "two"], columns=1)
    one, two = (explorer._render(**s) for s in stops)
    assert strip.text == f"one: {one.text} two: {two.text}"
    assert strip.rgb.shape[0] > one.rgb.shape[0] + two.rgb.shape[0]
    rows, columns = one.rgb.shape[:2]
    assert any(np.array_equal(strip.rgb[top:top + rows, :columns], one.rgb) for top in range(60))


# Other pictures

SHAPES = [(48, 64), (64, 48), (300, 40), (40, 300), (120, 120)]


def some_picture(shape):
    """Blobs and noise."""
    noise = np.random.default_rng(0).normal(0, 1, shape)
    blobs = ndimage.gaussian_filter(noise, 5)
    return np.clip(128 + 60 * blobs / blobs.std() + 20 * noise, 0, 255).astype(np.uint8)


def test_start_with_other_pictures(tmp_path):
    from lessons_lib.explorers import start

    files = []
    for rows, columns in SHAPES:
        files.append(str(tmp_path / f"{rows}x{columns}.png"))
        Image.fromarray(some_picture((rows, columns))).convert("RGB").save(files[-1])
    explorer = start.explorer(pictures=("camera", "china", *files), threshold=128)
    for picture in ("camera", "china", *files):
        explorer._controls["picture"].value = picture
        assert "Not drawn" not in explorer.status and picture in explorer.status
        for threshold in (0, 255):
            explorer._controls["threshold"].value = threshold
            assert f"threshold {threshold}:" in explorer.status


def test_start_shows_a_picture_that_cannot_be_read():
    from lessons_lib.explorers import start

    explorer = start.explorer(pictures=("coins", "no such file.png"))
    explorer._controls["picture"].value = "no such file.png"
    assert explorer.status.startswith("Not drawn: source='no such file.png'")
    assert "coins" in explorer.picture.text


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("with_truth", [True, False])
def test_coins_with_other_pictures(shape, with_truth):
    from lessons_lib.explorers import coins

    image = some_picture(shape)
    truth = ndimage.label(ndimage.gaussian_filter(image, 3) > 150)[0] - 1 if with_truth else None
    explorer = coins.explorer(image, truth, regions=6, beta=10.0)
    for settings in ({}, {"regions": 2}, {"regions": 48, "superpixels": max(coins.SUPERPIXELS)}, {"superpixels": 500}):
        for key, value in settings.items():
            explorer._controls[key].value = value
        assert re.match(rf"{explorer.settings['regions']} regions from \d+ superpixels", explorer.status)
        assert ("objects found" in explorer.status) == with_truth
        assert explorer.picture.rgb.shape[1] > 2 * shape[1]  # two panels and a gap


def test_coins_with_a_photograph_and_no_truth():
    from lessons_lib.explorers import coins

    explorer = coins.explorer(grey("camera", 200))
    good(explorer, r"35 regions from \d+ superpixels, beta 30, kmeans: normalised cut \d\.\d{3}\.")


def test_coins_with_a_picture_of_one_grey():
    from lessons_lib.explorers import coins

    explorer = coins.explorer(np.full((60, 80), 7, np.uint8), regions=4)
    assert explorer.status.startswith("4 regions from")


def test_coins_from_half_the_bonds_are_those_from_all():
    from lessons_lib import graphs, scores, spectral
    from lessons_lib.explorers import coins

    image = np.random.default_rng(0).integers(0, 256, (40, 50), dtype=np.uint8)
    smooth = ndimage.gaussian_filter(image, 2.0)
    pieces = graphs.superpixels(smooth / 255, 500, compactness=0.2)
    bonds = graphs.contract(graphs.affinity(graphs.pixel_graph(smooth), 10.0), pieces)
    labels = spectral.assign(spectral.embed(bonds, 8).vectors, 6)
    cut = scores.normalized_cut(bonds, labels)
    text = coins.renderer(image)(regions=6, beta=10.0, superpixels=500).text
    assert f"normalised cut {cut:.3f}" in text


@pytest.mark.parametrize("size", [32, 200, 512])
def test_landscapes_of_any_size_with_more_clusters_than_colours(size):
    from lessons_lib import kmeans, landscape
    from lessons_lib.explorers import landscape as explore

    explorer = explore.explorer(size=size, width=0.0, k=12, seed=40, scale=35, octaves=2)
    n = len(kmeans.unique_colors(landscape.make(size, width=0, seed=40, scale=35, octaves=2).image).counts)
    assert f"{n} colours in {size ** 2} pixels" in explorer.status and "inertia 0," in explorer.status
    assert explorer.status.endswith(f"There are only {n} colours, so k = 12 means {n} clusters here.")
    explorer._controls["k"].value = n
    assert "There are only" not in explorer.status and "inertia 0," in explorer.status
    assert explorer.picture.rgb.shape[1] > 2 * size


def test_landscape_scores_are_those_of_the_library():
    from lessons_lib import kmeans, landscape, scores
    from lessons_lib.explorers import landscape as explore

    settings = {"seed": 3, "scale": 60.0, "octaves": 4, "persistence": 0.7, "lacunarity": 2.5, "width": 0.04}
    for k in (1, 4, 9):
        scene = landscape.make(150, **settings)
        found = kmeans.segment(scene.image, k)
        text = explore.render(k=k, size=150, **settings).text
        assert f"k = {k}: inertia {found.inertia:.3g}, " in text
        assert f" {scores.adjusted_rand(scene.truth, found.labels):.2f}." in text


@pytest.mark.parametrize("start", [
    {"k": 20}, {"scale": 500.0}, {"scale": 7.5}, {"octaves": 12}, {"persistence": 0.95},
    {"persistence": 0.05}, {"lacunarity": 6.0}, {"lacunarity": 1.0}, {"seed": 99}, {"scale": 103.0}])
def test_a_landscape_explorer_starts_where_the_lesson_is(start):
    """Whatever an instructor has set."""
    from lessons_lib.explorers import landscape as explore

    explorer = explore.explorer(size=64, **start)
    assert same(explorer.picture, explore.render(size=64, **start))


@pytest.mark.parametrize("k", [1, 2, 10, 14])
def test_a_stepper_starts_with_the_clusters_of_the_lesson(k):
    from lessons_lib import landscape
    from lessons_lib.explorers import landscape as explore

    assert explore.stepper(landscape.make(64).image, k=k).status.startswith(f"k = {k}, ")


@pytest.mark.parametrize("shape", SHAPES)
def test_stepper_with_other_pictures(shape):
    from lessons_lib.explorers import landscape as explore

    grey = some_picture(shape)
    one_color = np.full((*shape, 3), 90, np.uint8)
    for image in (np.stack([grey, 255 - grey, grey // 2], axis=2), np.stack([grey] * 3, axis=2), one_color):
        stepper = explore.stepper(image, k=3)
        for settings in ({}, {"step": 5}, {"k": 10, "draw": "k-means++"}, {"step": explore.LARGEST_STEP}):
            for key, value in settings.items():
                stepper._controls[key].value = value
            assert stepper.status.startswith(f"k = {stepper.settings['k']}, start 0 (")
        assert "at rest" in stepper.status


def few_colors(n):
    """A picture of n greys, each as common as the others."""
    return np.tile(np.linspace(0, 255, n).astype(np.uint8), (40, 8))


ELBOW_PICTURES = {"a landscape": lambda: LESSONS["elbow"].needed()["image"], "grey, 300 x 40": lambda: some_picture((300, 40)),
                  "grey, 40 x 300": lambda: some_picture((40, 300)), "5 greys": lambda: few_colors(5),
                  "12 greys": lambda: few_colors(12)}


@pytest.mark.parametrize("picture", ELBOW_PICTURES)
def test_elbow_asks_what_the_library_asks(picture):
    """A shorter range of one report gives the choices of a report of that range."""
    from lessons_lib import choosing_k, kmeans
    from lessons_lib.explorers import elbow

    colors = kmeans.unique_colors(ELBOW_PICTURES[picture]())
    whole = choosing_k.report(colors, range(1, 13))
    for top in (4, 5, 8, 12):
        one = choosing_k.report(colors, range(1, top + 1), sensitivity=2.0) if top < 12 else whole
        sensitivity = 2.0 if top < 12 else 1.0
        found = {name: elbow.pick(whole, name, top, sensitivity=sensitivity) for name in elbow.CRITERIA}
        assert found == {name: one.choices.get(name) for name in elbow.CRITERIA}
    with pytest.raises(ValueError, match="criterion must be one of knee, .*; got 'elbow'"):
        elbow.pick(whole, "elbow", 4)


@pytest.mark.parametrize("picture", ELBOW_PICTURES)
def test_elbow_with_other_pictures_and_no_truth(picture):
    from lessons_lib.explorers import elbow

    image = ELBOW_PICTURES[picture]()
    explorer = elbow.explorer(image, k=4, k_max=10, sensitivity=3.0)
    assert same(explorer.picture, explorer._render()) and "(sensitivity 3)" in explorer.status
    for settings in combinations(explorer, 8):
        put(explorer, settings)
        good(explorer, SAYS["elbow"].replace(r", ARI to the truth -?\d\.\d\d", ""))
        outside = explorer.status.endswith(f". k = {settings['k']} lies outside of that range.")
        assert outside == (settings["k"] > settings["k_max"])


def test_elbow_scores_are_those_of_the_library():
    from lessons_lib import kmeans, scores
    from lessons_lib.explorers import elbow

    scene, render = LESSONS["elbow"].needed(), elbow.renderer(**LESSONS["elbow"].needed())
    one = kmeans.segment(scene["image"], 1).inertia
    for k in (1, 3, 9):
        found = kmeans.segment(scene["image"], k)
        ari = scores.adjusted_rand(scene["truth"], found.labels)
        assert (f"k = {k} colour{'s' * (k > 1)}: inertia {100 * found.inertia / one:.1f} % of that of one cluster, ARI to "
                f"the truth {ari:.2f}.") in render(k=k).text


@pytest.mark.parametrize("k", [1, 3, 6])
def test_elbow_paints_each_pixel_in_the_colour_of_its_centre(k):
    from lessons_lib import kmeans
    from lessons_lib.explorers import elbow

    image = LESSONS["elbow"].needed()["image"]
    colors = kmeans.unique_colors(image)
    clusters = kmeans.fit_colors(colors, k)
    plain = clusters.centers[clusters.labels][colors.index].round()
    assert np.array_equal(elbow.paint(clusters, colors.index, 300), np.kron(plain, np.ones((2, 2, 1))))
    assert np.array_equal(elbow.paint(clusters, colors.index, 50), plain[::3, ::3])


def test_elbow_refuses_a_picture_of_four_colours():
    from lessons_lib.explorers import elbow

    with pytest.raises(ValueError, match="image must have at least 5 different colours, .*; it has 4"):
        elbow.explorer(few_colors(4))


def some_map(shape, lowest=0):
    """A map with crumbs: the grey levels of a picture in a few steps."""
    return some_picture(shape).astype(int) // 64 + lowest


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("lowest", [-1, 0, 2])
def test_boundaries_with_other_maps(shape, lowest):
    """What the text says is what a plain count finds."""
    from lessons_lib import regions
    from lessons_lib.explorers import boundaries

    labels, image = some_map(shape, lowest), np.full((*shape, 3), 90, np.uint8)
    explorer = boundaries.explorer(labels, image, list("abcdef"), min_area=7)
    assert explorer.settings["min_area"] == 7 and same(explorer.picture, explorer._render())
    most = values_of(explorer._controls["min_area"])[-1]
    first = "abcdef"[max(lowest, 0)]
    for border, area, neighbours in (("thin", 0, 4), ("inner", most, 4), ("outer", 7, 8), ("subpixel", most, 8)):
        tidy = regions.merge_small(labels, area, connectivity=neighbours // 4)
        found = regions.connected(tidy, connectivity=neighbours // 4)
        n, points = len(found.areas), [np.argwhere(found.labels == i).mean(axis=0) for i in range(len(found.areas))]
        there = [tuple(np.rint(point).astype(int)) for point in points]
        outside = sum(found.labels[p] != i for i, p in enumerate(there))
        wrong = sum(tidy[p] != found.classes[i] for i, p in enumerate(there))
        line = regions.boundaries(tidy, border, background=-1 if border in ("thin", "subpixel") else max(lowest, 0))
        put(explorer, {"border": border, "min_area": area, "neighbours": neighbours, "markers": "centroid"})
        good(explorer, SAYS["boundaries"])
        assert explorer.status.endswith(
            f", minimum area {area} px, {neighbours} neighbours: {n} region{'s' if n > 1 else ''}, "
            f"{100 * (tidy != labels).mean():.1f} % of the pixels changed class; the border hides "
            f"{100 * line.mean():.1f} % of the picture. Markers at the centroid: "
            f"{outside} of {n} outside their region, {wrong} on another class.")
        assert (f"(background: {first})" in explorer.status) == (border in ("inner", "outer"))
        put(explorer, {**explorer.settings, "markers": "inside"})
        assert f" inside: 0 of {n} outside their region, 0 on another class." in explorer.status


def test_boundaries_with_another_background_and_a_minimum_area_that_leaves_nothing():
    from lessons_lib.explorers import boundaries

    labels, image = some_map((60, 60)), np.full((60, 60, 3), 90, np.uint8)
    render = boundaries.renderer(labels, image, list("abcd"), background=2)
    assert render(border="outer", min_area=0).text.startswith("Border outer (background: c), ")
    assert not np.array_equal(render(border="outer", min_area=0).rgb,
                              boundaries.renderer(labels, image, list("abcd"))(border="outer", min_area=0).rgb)
    with pytest.raises(ValueError, match="min_area must leave a region: the largest has "):
        boundaries.explorer(labels, image, list("abcd"), min_area=3600)


def test_boundaries_of_a_map_with_one_region():
    from lessons_lib.explorers import boundaries

    explorer = boundaries.explorer(np.zeros((40, 50), int), np.full((40, 50, 3), 90, np.uint8), ["all"])
    for settings in combinations(explorer, 8):
        put(explorer, settings)
        good(explorer, SAYS["boundaries"])
        assert " 1 region, 0.0 % of the pixels changed class; the border hides 0.0 % of the picture." in explorer.status


@given(hnp.arrays(np.int8, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.integers(0, 2)),
       st.integers(1, 4))
def test_borders_are_drawn_where_they_are(labels, factor):
    """Ink on the border, paper beside it, and all other pixels as they were."""
    from lessons_lib import regions
    from lessons_lib.explorers import boundaries

    image = np.full((*labels.shape, 3), 90, np.uint8)
    for mode in regions.MODES:
        border = regions.boundaries(labels, mode)
        rgb = boundaries.draw_border(image, border, factor=factor)
        assert rgb.shape == (factor * labels.shape[0], factor * labels.shape[1], 3) and (image == 90).all()
        ink = (rgb == palettes.INK).all(axis=2)
        if mode != "subpixel":
            assert np.array_equal(ink, np.kron(border, np.ones((factor, factor), bool)))
        elif factor % 2 == 0:
            assert ink.sum() == border.sum() * (factor // 2) ** 2
            for row, column in np.argwhere(labels[:, 1:] != labels[:, :-1]) * factor:
                assert ink[row, column + factor - 1:column + factor + 1].any()  # at the line between the two
            for row, column in np.argwhere(labels[1:] != labels[:-1]) * factor:
                assert ink[row + factor - 1:row + factor + 1, column].any()
        else:
            beside = regions.boundaries(labels)  # no farther away than the pixels on both sides
            assert ink.any() == border.any() and not ink[~ndimage.binary_dilation(
                np.kron(beside, np.ones((factor, factor), bool)), iterations=factor)].any()
        rim = ndimage.binary_dilation(ink) & ~ink
        assert (rgb[rim] == palettes.PAPER).all() and (rgb[~ink & ~rim] == 90).all()


@pytest.mark.parametrize("shape", [(1, 1), (3, 40), (40, 41), (64, 70), (100, 30)])
@pytest.mark.parametrize("side", [4, 17, 64])
def test_the_detail_is_the_part_nearest_to_half_background(shape, side):
    """Of all parts, or of those that have a given point near their middle."""
    from lessons_lib.explorers import boundaries

    rng, n = np.random.default_rng(0), min(side, *shape)
    starts = [(r, c) for r in range(0, shape[0] - n + 1, 8) for c in range(0, shape[1] - n + 1, 8)]
    for background in (0, 2):
        often = rng.random(shape[0])[:, None] * rng.random(shape[1])
        labels = np.where(rng.random(shape) < often, background, 1)
        for point in (None, *(tuple(rng.integers(shape)) for _ in range(6))):
            rows, columns = boundaries.detail(labels, background, side, point)
            assert labels[rows, columns].shape == (n, n)
            allowed = [s for s in starts if point is None or np.abs(np.subtract(point, s) - n / 2).max() <= n / 4]
            off = {(r, c): abs((labels[r:r + n, c:c + n] == background).mean() - 0.5) for r, c in starts}
            assert off[rows.start, columns.start] <= min(off[s] for s in allowed or starts) + 1e-12
            assert not allowed or (rows.start, columns.start) in allowed


def test_a_cross_marks_each_marker_that_lies_outside():
    from lessons_lib.explorers import boundaries

    points, rgb = np.array([[30, 20], [30, 190], [0, 99]]), np.full((60, 220, 3), 90, np.uint8)
    for outside in np.array([[0, 0, 0], [1, 0, 0], [0, 1, 1]], bool):
        drawn, plain = (boundaries.draw_markers(rgb, boundaries.Markers(points, given, given), [0, 1, 2])
                        for given in (outside, outside & False))
        changed = np.argwhere((drawn != plain).any(axis=2))
        near = np.linalg.norm(changed[:, None] - [(30, 20), (30, 190), (8, 99)], axis=2)
        assert (near.min(axis=1) < 25).all()
        assert np.array_equal(np.bincount(near.argmin(axis=1), minlength=3) > 50, outside)
        assert not outside[2] or changed[near.argmin(axis=1) == 2, 0].max() > 17  # it moves in with its marker


def test_a_marker_at_the_frame_is_drawn_whole():
    from lessons_lib.explorers import boundaries

    rgb, no = np.full((60, 80, 3), 90, np.uint8), np.array([False])
    shapes = []
    for point in ((30, 40), (0, 0), (59, 79), (0, 40)):
        drawn = boundaries.draw_markers(rgb, boundaries.Markers(np.array([point]), no, no), [1])
        spots = np.argwhere((drawn != 90).any(axis=2))
        (top, left), (low, right) = spots.min(axis=0), spots.max(axis=0)
        shapes.append(drawn[top:low + 1, left:right + 1])
        assert np.abs(spots.mean(axis=0) - point).max() < 10
    assert all(np.array_equal(shape, shapes[0]) for shape in shapes)


def test_a_map_has_flat_colours_borders_and_markers():
    from lessons_lib import drawing, regions
    from lessons_lib.explorers import boundaries

    found = regions.connected(regions.merge_small(some_map((90, 120), -1), 30))
    colors = np.array([(20, 20, 220), (20, 220, 20), (139, 69, 19), (220, 220, 220)], np.uint8)
    flat = np.full((90, 120, 3), palettes.NO_LABEL, np.uint8)
    for number, which in enumerate(found.classes):
        flat[found.labels == number] = colors[which]
    outlined, drawn = drawing.outline(flat, found.labels), boundaries.draw_map(found, colors)
    spots = np.clip([spot[:2] for spot in regions.inner_points(found.labels).values()], 8, (81, 111))
    marker = np.zeros((90, 120), bool)
    marker[tuple(spots.T)] = True
    far = ndimage.distance_transform_cdt(~marker, "chessboard") > 8
    assert len(spots) == len(found.areas) > 10 and far.any()
    assert np.array_equal(drawn[far], outlined[far])
    assert (drawn != outlined).any(axis=2)[marker].mean() > 0.9


def test_a_region_by_the_distance_to_its_border():
    from lessons_lib import regions
    from lessons_lib.explorers import boundaries

    found = regions.connected(some_map((40, 50)))
    border = np.argwhere(np.pad(regions.edges(found.labels)[1:-1, 1:-1], 1, constant_values=True))
    for number in (*range(5), found.areas.argmax()):
        pixels = np.argwhere(found.labels == number)
        rgb, top = boundaries.draw_depth(found, number, side=300)
        assert top == pytest.approx(np.linalg.norm(pixels[:, None] - border, axis=2).min(axis=1).max())
        height, width = np.ptp(pixels, axis=0) + 1
        zoom = rgb.shape[0] // height
        assert rgb.shape == (zoom * height, zoom * width, 3) and abs(max(rgb.shape) - 300) <= max(height, width) / 2
    rgb, top = boundaries.draw_depth(regions.connected(np.zeros((81, 91), int)), 0, side=91)
    frame = np.pad(np.zeros((79, 89), bool), 1, constant_values=True)
    assert top == 40 and (rgb[frame] == rgb[0, 0]).all() and not (rgb[~frame] == rgb[0, 0]).all(axis=1).any()


def a_scene(shape, seed=0, forest=0.5):
    """Wood and open land in blobs with crumbs, and a pond: made, so that its shape and its forest are free."""
    from lessons_lib import satellite

    rng = np.random.default_rng(seed)
    blobs = ndimage.gaussian_filter(rng.normal(0, 1, shape), 3)
    wood = blobs / blobs.std() + rng.normal(0, 0.5, shape) > np.quantile(blobs / blobs.std(), 1 - forest)
    if forest in (0, 1):
        wood = np.full(shape, bool(forest))
    values = np.where(wood[..., None], (0.03, 0.045, 0.04, 0.25), (0.06, 0.09, 0.13, 0.22))
    if 0 < forest < 1:
        values[:shape[0] // 6, :shape[1] // 6] = 0.03, 0.04, 0.03, 0.02
    return satellite.Bands(np.clip(values * rng.normal(1, 0.1, (*shape, 1)) + rng.normal(0, 0.003, values.shape), 1e-3, 1))


@pytest.fixture
def tiles(monkeypatch):
    """The two pictures of the satellite explorer as they are drawn, without titles and legend."""
    from lessons_lib.explorers import satellite as explore

    drawn, panels = [], figures.panels

    def listen(pictures, *args, **options):
        drawn[:] = pictures
        return panels(pictures, *args, **options)

    monkeypatch.setattr(explore.figures, "panels", listen)
    return drawn


def within(tile, shape):
    """The regions that a border parts, read off a picture that is a whole number of times larger: True is not pixel 0, 0."""
    zoom = tile.shape[0] // shape[0]
    assert tile.shape[:2] == (zoom * shape[0], zoom * shape[1]) and zoom >= 4
    ink = (tile == palettes.INK).all(axis=2)
    down, right = ink[zoom - 1::zoom, 1::zoom], ink[1::zoom, zoom - 1::zoom]  # below and right of each pixel
    assert not ink[1::zoom, 1::zoom].any()
    other = np.zeros(shape, bool)
    other[1:, 0] = np.logical_xor.accumulate(down[:-1, 0])
    other[:, 1:] = other[:, :1] ^ np.logical_xor.accumulate(right[:, :-1], axis=1)
    assert np.array_equal(other[1:] ^ other[:-1], down[:-1])  # the border closes
    return other


def sizes(mask):
    """For each pixel the size of its patch, and how many patches of True there are."""
    found = np.zeros(mask.shape, int)
    for which in (mask, ~mask):
        parts = ndimage.label(which)[0]
        found[which] = np.bincount(parts.ravel())[parts[which]]
    return found, ndimage.label(mask)[1]


@pytest.mark.parametrize("shape, meters", [((64, 128), 10.0), ((128, 64), 2.5)])
def test_satellite_counts_what_its_border_holds(tiles, shape, meters):
    """The rule and the count, written down a second time; in both pictures the same border."""
    from lessons_lib.explorers import satellite as explore

    bands = a_scene(shape)._replace(meters=meters)
    explorer = explore.explorer(bands)
    red, near = bands.values[..., 2], bands.values[..., 3]
    for number, settings in enumerate(combinations(explorer, 14, seed=meters.is_integer())):
        settings = {**settings, "method": ("pixels", "clusters")[number % 2]}
        put(explorer, settings)
        good(explorer, SAYS["satellite"])
        if settings["method"] == "pixels":
            raw = (near - red) / (near + red) >= settings["ndvi"]
        else:
            labels, raw = explore.segment(bands, settings["features"], settings["k"]), np.zeros(shape, bool)
            for i in range(labels.max() + 1):
                _, green, low, high = bands.values[labels == i].mean(axis=0)
                raw |= (labels == i) & (high - low >= settings["ndvi"] * (high + low)) & (green < 0.07)
        clean = within(tiles[1], shape)
        if (clean == raw).mean() < 0.5:
            clean = ~clean
        assert np.array_equal(within(tiles[0], shape), within(tiles[1], shape))
        area, n = sizes(clean)
        assert area.min() >= min(settings["min_area"], sizes(raw)[0].max())
        assert settings["min_area"] or np.array_equal(clean, raw)
        large = sizes(raw)[0] >= settings["min_area"]
        assert np.array_equal(clean[large], raw[large]) or not large.any()
        hectare = meters ** 2 / 10_000
        assert (f" px ({settings['min_area'] * hectare:g} ha), which moves {(clean != raw).sum() * hectare:.0f} ha. Result: "
                f"{clean.sum() * hectare:.0f} ha of forest in {n} patch{'' if n == 1 else 'es'}, "
                f"{100 * clean.mean():.0f} % of the scene.") in explorer.status


def test_satellite_by_pixels_neither_features_nor_k_matter_and_the_text_says_so():
    from lessons_lib.explorers import satellite as explore

    render = explore.renderer(a_scene((64, 80)))
    drawn = [render(method="pixels", features=name, k=k) for name in explore.FEATURES for k in (2, 7)]
    assert all(np.array_equal(one.rgb, drawn[0].rgb) for one in drawn)
    assert len({re.sub(r"features and k = \d have no effect", "", one.text) for one in drawn}) == 1
    assert len({render(features=name, k=k).text for name in explore.FEATURES for k in (2, 7)}) == 8
    assert "no effect" not in render().text


@pytest.mark.parametrize("forest, result", [
    (0, "Result: 0 ha of forest in 0 patches, 0 % of the scene."),
    (1, "Result: 51 ha of forest in 1 patch, 100 % of the scene.")])
@pytest.mark.parametrize("method", ["clusters", "pixels"])
def test_satellite_without_forest_and_with_nothing_else(tiles, forest, result, method):
    from lessons_lib.explorers import satellite as explore

    explorer = explore.explorer(a_scene((64, 80), forest=forest))
    for features in explore.FEATURES:
        for k in (2, 7):
            for min_area in (0, max(explore.AREAS)):
                put(explorer, {**explorer.settings, "method": method, "features": features, "k": k, "min_area": min_area})
                good(explorer, SAYS["satellite"])
                assert result in explorer.status or method == "pixels" and forest and not min_area
                assert ": no cluster." in explorer.status or forest or method == "pixels"
                assert result not in explorer.status or not any((tile == palettes.INK).all(axis=2).any() for tile in tiles)


@pytest.mark.parametrize("shape", [*SHAPES, (5, 7)])
def test_satellite_with_other_scenes(shape):
    from lessons_lib.explorers import satellite as explore

    bands = a_scene(shape)
    explorer = explore.explorer(bands, min_area=33, k=7, ndvi=0.15, features="NDVI")
    assert explorer.settings["min_area"] == 33 and same(explorer.picture, explorer._render())
    for settings in combinations(explorer, 6):
        put(explorer, settings)
        assert re.fullmatch(SAYS["satellite"], explorer.status), explorer.status


def test_satellite_where_nothing_comes_back():
    """As outside of a strip that a satellite has seen: all bands are 0, and so is the NDVI."""
    from lessons_lib.explorers import satellite as explore

    bands = a_scene((60, 80), forest=0)
    bands.values[:, 50:] = 0
    explorer = explore.explorer(bands)
    for settings in combinations(explorer, 8):
        put(explorer, settings)
        assert "Result: 0 ha of forest in 0 patches" in explorer.status


def test_satellite_refuses_a_scene_with_fewer_colours_than_clusters():
    from lessons_lib import satellite
    from lessons_lib.explorers import satellite as explore

    with pytest.raises(ValueError, match="k must be a whole number from 1 to 1, the number of different colours; got 2"):
        explore.explorer(satellite.load(np.full((30, 40, 4), 0.2)))


def test_satellite_takes_label_maps_that_are_known_and_knows_its_features():
    from lessons_lib.explorers import satellite as explore

    bands, halves = a_scene((40, 60), forest=1), np.indices((40, 60))[1] // 30
    text = explore.renderer(bands, fits={("RGB", 2): halves})(features="RGB", k=2, min_area=0).text
    assert ": clusters 0, 1. " in text and " 100 % of the scene" in text
    bands.values[:, 30:] = 0.2
    assert ": cluster 0. " in explore.renderer(bands, fits={("RGB", 2): halves})(features="RGB", k=2).text
    with pytest.raises(ValueError, match="name must be one of .*'NDVI'.*; got 'nir'"):
        explore.segment(bands, "nir", 3)


@given(hnp.arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))), st.integers(1, 12))
def test_the_detail_of_a_scene_holds_most_of_a_mask(mask, side):
    from lessons_lib.explorers import satellite as explore

    n = min(side, *mask.shape)
    part = mask[explore.detail(mask, side)]
    assert part.shape == (n, n)
    assert part.sum() == max(mask[r:r + n, c:c + n].sum() for r in range(mask.shape[0] - n + 1)
                             for c in range(mask.shape[1] - n + 1))


@given(hnp.arrays(np.int8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 2)), st.integers(0, 99))
def test_a_tidy_map_has_no_small_region_but_the_largest_stays(labels, least):
    from lessons_lib import regions
    from lessons_lib.explorers import satellite as explore

    before, after = regions.connected(labels), explore.tidy(labels, least)
    assert regions.connected(after).areas.min() >= min(least, before.areas.max())
    largest = before.areas == before.areas.max()
    assert any((after[before.labels == i] == before.classes[i]).all() for i in np.flatnonzero(largest))


@given(hnp.arrays(np.int8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 3)), st.integers(0, 99))
def test_a_tidy_map_has_the_forest_of_the_explorer_whatever_the_other_classes(classes, least):
    from lessons_lib.explorers import satellite as explore

    after, forest = explore.tidy_map(classes, least), explore.tidy((classes == 0).astype(int), least) == 1
    assert np.array_equal(after == 0, forest)
    assert set(np.unique(after[~forest])) <= set(np.unique(classes[classes > 0]))
    assert not least or np.array_equal(explore.tidy_map(classes, 0), classes)


def test_a_tidy_map_dissolves_small_regions_of_every_class():
    from lessons_lib import regions
    from lessons_lib.explorers import satellite as explore

    rng = np.random.default_rng(0)
    for _ in range(5):
        classes = np.digitize(ndimage.gaussian_filter(rng.normal(0, 1, (60, 80)), 2), [-0.1, 0, 0.1])
        assert (regions.connected(classes).areas < 12).any()
        assert regions.connected(explore.tidy_map(classes, 12)).areas.min() >= 12


@pytest.mark.parametrize("shape", [(300, 300), (40, 90), (90, 40), (1, 7), (700, 600)])
def test_a_scaled_map_keeps_its_labels(shape):
    from lessons_lib.explorers import satellite as explore

    labels = np.random.default_rng(0).integers(0, 5, shape)
    big, half = explore.scale(labels, 2 * max(shape)), explore.scale(labels, max(shape) // 2)
    assert np.array_equal(big, np.kron(labels, np.ones((2, 2), int)))
    assert max(half.shape) == max(shape) // 2 and set(np.unique(half)) <= set(range(5))
    rgb = explore.scale(np.full((*shape, 3), 90, np.uint8), 99)
    assert max(rgb.shape) == 99 and min(rgb.shape[:2]) >= 1 and (rgb == 90).all()


# The photograph

def photo_pictures(folder):
    """Pictures that are no photographs of the course."""
    rng = np.random.default_rng(0)
    two = np.where(np.arange(60)[:, None] < 25, np.uint8([200, 20, 30]), np.uint8([10, 90, 40]))
    pictures = {
        "grey": np.repeat(some_picture((90, 120))[..., None], 3, axis=2), "tiny": rng.integers(0, 256, (3, 5, 3), np.uint8),
        "two": np.tile(two, (40, 1, 1)), "one": np.full((30, 40, 3), 90, np.uint8), "row": two[None],
        "narrow": rng.integers(0, 256, (300, 4, 3), np.uint8), "large": rng.integers(0, 99, (30, 900, 3), np.uint8)}
    for name, image in pictures.items():
        Image.fromarray(image).save(folder / f"{name}.png")
    return pictures


@pytest.mark.parametrize("picture", ["grey", "tiny", "two", "one", "row", "narrow", "large"])
def test_photo_with_other_pictures(picture, tmp_path):
    from lessons_lib.explorers import photo

    image, file = photo_pictures(tmp_path)[picture], str(tmp_path / f"{picture}.png")
    image = images.shrink(image, photo.LARGEST_SIDE)
    bins = len(np.unique((image // 16).reshape(-1, 3), axis=0))
    explorer = photo.explorer(picture=file, k=3)
    for settings in combinations(explorer, 8):
        put(explorer, {**settings, "picture": file})
        good(explorer, SAYS["photo"].replace(r"\w+", rf"{picture}\.png", 1))
        assert f" {bins} bins of colours" in explorer.status
        if settings["cluster"] != "all":
            last = min(settings["k"], bins) - 1
            assert f": cluster {min(int(settings['cluster']), last)} holds" in explorer.status
            assert ("this is the last one" in explorer.status) == (int(settings["cluster"]) > last)


def shares_said(text):
    return [int(share) for share in re.findall(r"\d+: (\d+) %", text.split(" Right, ")[0])]


@pytest.mark.parametrize("space", ["RGB", "CIELAB", "CIELAB, no lightness", "HSV", "HSV, hue as an angle"])
def test_photo_finds_paints_that_are_far_apart_in_every_space(space, tmp_path):
    """Stripes: their shares, their parts, and each cluster shown with the photograph's own pixels."""
    from lessons_lib.explorers import photo

    paints = np.uint8([(40, 30, 130), (190, 40, 30), (60, 190, 70)])  # from dark to bright
    stripe = np.repeat([1, 0, 1, 2], [20, 30, 10, 40])
    noise = np.random.default_rng(0).integers(-6, 7, (50, 100, 3))
    # Reds that lie at both ends of the hue would be two heaps for hue as a number.
    image = (paints[stripe] + (0, 12, 0) + noise).astype(np.uint8)
    file = str(tmp_path / "stripes.png")
    Image.fromarray(image).save(file)
    assert shares_said(photo.render(file, 3, space).text) == [30, 30, 40]
    for cluster, parts in ((0, "1 connected part."), (1, "2 connected parts."), (2, "1 connected part.")):
        shown = photo.render(file, 3, space, cluster=str(cluster))
        assert f"cluster {cluster} holds {[30, 30, 40][cluster]} % of the pixels, in {parts}" in shown.text
        inside = stripe == cluster
        [left] = [rgb for rgb in (shown.rgb[top:top + 50, :100] for top in range(60))
                  if np.array_equal(rgb[:, inside], image[:, inside])]
        assert left[:, ~inside].min() > 190  # all others are faint


@pytest.mark.parametrize("weight", [0.0, 0.6])
def test_photo_angles_and_the_cluster_shown_change_the_drawing_only(weight, monkeypatch):
    """Nothing is fitted again: same labels, same shares, and under the angles the same left half."""
    from lessons_lib import kmeans
    from lessons_lib.explorers import photo

    explorer = photo.explorer(k=5, weight=weight)
    start, labels = explorer.picture, photo._clusters("flower", 5, "RGB", weight)[0].copy()
    shares = shares_said(start.text)
    left = slice(None, 360), slice(None, photo.PANEL)

    def refuse(*args, **options):
        raise AssertionError("fitted again")

    monkeypatch.setattr(kmeans, "fit", refuse)
    for azimuth, elevation in ((-180, 25), (180, 90), (0, -90)):
        put(explorer, {**explorer.settings, "azimuth": azimuth, "elevation": elevation})
        assert shares_said(explorer.status) == shares
        assert np.array_equal(explorer.picture.rgb[left], start.rgb[left])
        assert not np.array_equal(explorer.picture.rgb, start.rgb)
    for cluster in range(5):
        put(explorer, {**explorer.settings, "cluster": str(cluster)})
        parts = ndimage.label(labels == cluster)[1]
        assert (f"cluster {cluster} holds {shares[cluster]} % of the pixels, in {parts} connected "
                f"part{'s' * (parts > 1)}.") in explorer.status
    assert np.array_equal(photo._clusters("flower", 5, "RGB", weight)[0], labels)
    photo._clusters.cache_clear()
    explorer._controls["k"].value = 4
    assert explorer.status.startswith("Not drawn: fitted again")


def test_photo_takes_the_nearest_centre_of_colour_and_place():
    from lessons_lib.explorers import photo

    rng = np.random.default_rng(0)
    for channels, shape, step in ((3, (30, 41), 1.7), (2, (50, 7), 0.01), (3, (1, 9), 5.0)):
        colors, index = rng.normal(0, 40, (25, channels)), rng.integers(0, 25, shape)
        centers = np.column_stack([rng.normal(0, 40, (6, channels)), rng.uniform(0, step * np.array(shape), (6, 2))])
        place = step * np.mgrid[:shape[0], :shape[1]].transpose(1, 2, 0)
        points = np.concatenate([colors[index], place], axis=2)
        far = np.linalg.norm(points[:, :, None] - centers, axis=3)
        labels = photo._nearest(colors, index, step, centers)
        mine = np.take_along_axis(far, labels[..., None].astype(int), 2)[..., 0]
        assert mine == pytest.approx(far.min(axis=2), rel=1e-4, abs=1e-3)


def test_photo_clusters_keep_together_with_a_position_weight():
    from lessons_lib.explorers import photo

    parts = [sum(int(re.search(r"in (\d+) connected", photo.render("coffee", 6, weight=weight, cluster=str(i)).text)[1])
                 for i in range(6)) for weight in (0.0, 0.5, 2.0)]
    assert parts[0] > 1.5 * parts[1] > 5 * parts[2]


def test_photo_shows_a_picture_that_cannot_be_read():
    from lessons_lib.explorers import photo

    explorer = photo.explorer(picture="no such file.png")
    assert explorer.status.startswith("Not drawn: source='no such file.png'") and explorer.picture is None
    explorer._controls["picture"].value = "coffee"
    good(explorer, SAYS["photo"])


def test_a_turntable_paints_the_discs_as_it_says():
    from lessons_lib import kmeans
    from lessons_lib.explorers import photo

    bins = kmeans.bin_colors(kmeans.unique_colors(images.shrink(images.load("coffee"), 60)))
    labels = np.arange(len(bins.counts)) % 11
    table = photo.turntable(bins, labels)
    for kind, name, colors in (("true", "true colours", bins.values),
                               ("swapped", "red, blue, green", bins.values[:, [0, 2, 1]]),
                               ("clusters", "colours of the clusters", palettes.LABELS[labels % 8])):
        for azimuth, elevation in ((-60, 25), (30, -90)):
            put(table, {"azimuth": azimuth, "elevation": elevation, "discs": kind})
            assert table.status == f"{len(labels)} discs ({name}) from azimuth {azimuth}°, elevation {elevation}°."
            assert np.array_equal(table.picture.rgb, photo.draw_cloud(bins.values, bins.counts, colors=colors,
                                                                      azimuth=azimuth, elevation=elevation))


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12).filter(any), st.integers(1, 300))
def test_a_strip_is_as_wide_in_each_colour_as_its_share(counts, width):
    from lessons_lib.explorers import photo

    shares = np.array(counts) / sum(counts)
    centers = np.column_stack([np.arange(len(counts)) * 20, np.full((len(counts), 2), 7.4)])
    strip = photo.strip(centers, shares, width=width, height=5)
    assert strip.shape == (5, width, 3) and (strip == strip[:1]).all() and (strip[..., 1:] == 7).all()
    which = strip[0, :, 0].astype(int) // 20
    assert (np.diff(which) >= 0).all()
    assert np.abs(np.bincount(which, minlength=len(counts)) - shares * width).max() <= 1


@given(hnp.arrays(np.int8, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.integers(0, 9)), st.integers(1, 4))
def test_labels_are_reduced_as_the_picture_is(labels, factor):
    from lessons_lib.explorers import photo

    large = np.kron(labels, np.ones((factor, factor), np.int8))
    assert np.array_equal(photo.reduce_labels(large, labels.shape), labels)
