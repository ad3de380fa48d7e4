"""Every explorer of every lesson: all controls, both ends, random settings, other pictures."""

import importlib
import io
import pkgutil
import re

import ipywidgets as widgets
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from lessons_lib import explorers, figures, images
from lessons_lib.explorers.base import Explorer

NAMES = sorted(m.name for m in pkgutil.iter_modules(explorers.__path__) if m.name != "base")


def grey(name, side):
    return np.round(255 * images.gray(images.shrink(images.load(name), side))).astype(np.uint8)


def coins():
    """A part of the coins, and a rough truth."""
    photo = np.ascontiguousarray(grey("coins", 384)[150:, :220])
    bright = ndimage.binary_opening(ndimage.gaussian_filter(photo, 2) > 100, iterations=4)
    return photo, ndimage.label(bright)[0] - 1


# What `explorer` needs, what the text must say, and settings whose number the text need not repeat
# (SLIC makes about as many superpixels as it is asked for).
NEEDED = {"circles": dict, "start": dict, "coins": lambda: dict(zip(("image", "truth"), coins()))}
SAYS = {
    "start": r"\w+, threshold \d+: \d+ % of the pixels are brighter, in \d+ connected parts?\.",
    "circles": r"[24] discs, .* ARI -?\d\.\d\d, normalised cut \d+\.\d{3}\. Eigenvector \d has "
               r"eigenvalue \d\.\d{4}\.",
    "coins": r"\d+ regions from \d+ superpixels, beta \d+, (kmeans|discretize|cluster_qr): normalised "
             r"cut \d+\.\d{3}; \d+ of \d+ objects found, mean IoU \d\.\d\d\."}
NOT_REPEATED = {("coins", "superpixels")}


@pytest.fixture(scope="module", params=NAMES)
def name(request):
    for table, what in ((NEEDED, "what its explorer needs"), (SAYS, "what its text says")):
        if request.param not in table:
            pytest.fail(f"a new explorer: add to this file {what} (a table is at its top)")
    return request.param


def make(name):
    return importlib.import_module(f"lessons_lib.explorers.{name}").explorer(**NEEDED[name]())


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
