"""The explorer of lesson 07: other pictures, scores, errors."""

import re

import numpy as np
import pytest
from scipy import ndimage

from lessons_lib import figures, palettes, satellite
from tests.explorers.common import SAYS, SHAPES, combinations, good, put, same


def a_scene(shape, seed=0, forest=0.5):
    """Wood and open land in blobs with crumbs, and a pond: made, so that its shape is free."""
    rng = np.random.default_rng(seed)
    blobs = ndimage.gaussian_filter(rng.normal(0, 1, shape), 3)
    wood = blobs / blobs.std() + rng.normal(0, 0.5, shape) > np.quantile(
        blobs / blobs.std(), 1 - forest
    )
    if forest in (0, 1):
        wood = np.full(shape, bool(forest))
    values = np.where(wood[..., None], (0.03, 0.045, 0.04, 0.25), (0.06, 0.09, 0.13, 0.22))
    if 0 < forest < 1:
        values[: shape[0] // 6, : shape[1] // 6] = 0.03, 0.04, 0.03, 0.02
    return satellite.Bands(
        np.clip(
            values * rng.normal(1, 0.1, (*shape, 1)) + rng.normal(0, 0.003, values.shape), 1e-3, 1
        )
    )


@pytest.fixture
def tiles(monkeypatch):
    """The two pictures of the satellite explorer as they are drawn, without titles and legend."""
    from lessons_lib.explorers import satellite as explore

    drawn, panels = [], figures.panels

    def listen(pictures, *args, **options):
        drawn[:] = pictures.values()
        return panels(pictures, *args, **options)

    monkeypatch.setattr(explore.figures, "panels", listen)
    return drawn


def within(tile, shape):
    """The regions that a border parts, read off a larger picture: True is not pixel 0, 0."""
    zoom = tile.shape[0] // shape[0]
    assert tile.shape[:2] == (zoom * shape[0], zoom * shape[1]) and zoom >= 4
    ink = (tile == palettes.INK).all(axis=2)
    down, right = (
        ink[zoom - 1 :: zoom, 1::zoom],
        ink[1::zoom, zoom - 1 :: zoom],
    )  # below and right of each pixel
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
            labels, raw = (
                satellite.segment(bands, settings["features"], settings["k"]).labels,
                np.zeros(shape, bool),
            )
            for i in range(labels.max() + 1):
                low, high = bands.values[labels == i].mean(axis=0)[2:]
                raw |= (labels == i) & (high - low >= settings["ndvi"] * (high + low))
        clean = within(tiles[1], shape)
        if (clean == raw).mean() < 0.5:
            clean = ~clean
        assert np.array_equal(within(tiles[0], shape), within(tiles[1], shape))
        area, n = sizes(clean)
        assert area.min() >= min(settings["min_area"], sizes(raw)[0].max())
        assert settings["min_area"] or np.array_equal(clean, raw)
        large = sizes(raw)[0] >= settings["min_area"]
        assert np.array_equal(clean[large], raw[large]) or not large.any()
        hectare = meters**2 / 10_000
        assert (
            f" px ({settings['min_area'] * hectare:g} ha), which moves "
            f"{(clean != raw).sum() * hectare:.0f} ha. Result: "
            f"{clean.sum() * hectare:.0f} ha of forest in {n} patch{'' if n == 1 else 'es'}, "
            f"{100 * clean.mean():.0f} % of the scene."
        ) in explorer.status


def test_satellite_by_pixels_neither_features_nor_k_matter_and_the_text_says_so():
    from lessons_lib.explorers import satellite as explore

    render = explore.renderer(a_scene((64, 80)))
    drawn = [
        render(method="pixels", features=name, k=k) for name in satellite.FEATURES for k in (2, 7)
    ]
    assert all(np.array_equal(one.rgb, drawn[0].rgb) for one in drawn)
    assert len({re.sub(r"features and k = \d have no effect", "", one.text) for one in drawn}) == 1
    assert (
        len({render(features=name, k=k).text for name in satellite.FEATURES for k in (2, 7)}) == 8
    )
    assert "no effect" not in render().text


@pytest.mark.parametrize(
    "forest, result",
    [
        (0, "Result: 0 ha of forest in 0 patches, 0 % of the scene."),
        (1, "Result: 51 ha of forest in 1 patch, 100 % of the scene."),
    ],
)
@pytest.mark.parametrize("method", ["clusters", "pixels"])
def test_satellite_without_forest_and_with_nothing_else(tiles, forest, result, method):
    from lessons_lib.explorers import satellite as explore

    explorer = explore.explorer(a_scene((64, 80), forest=forest))
    for features in satellite.FEATURES:
        for k in (2, 7):
            for min_area in (0, max(explore.AREAS)):
                put(
                    explorer,
                    {
                        **explorer.settings,
                        "method": method,
                        "features": features,
                        "k": k,
                        "min_area": min_area,
                    },
                )
                good(explorer, SAYS["satellite"])
                assert result in explorer.status or method == "pixels" and forest and not min_area
                assert ": no cluster." in explorer.status or forest or method == "pixels"
                assert result not in explorer.status or not any(
                    (tile == palettes.INK).all(axis=2).any() for tile in tiles
                )


@pytest.mark.parametrize("shape", [*SHAPES, (5, 7)])
def test_satellite_with_other_scenes(shape):
    from lessons_lib.explorers import satellite as explore

    bands = a_scene(shape)
    explorer = explore.explorer(bands, min_area=33, k=7, ndvi=0.15, features="NDVI")
    assert explorer.settings["min_area"] == 33 and same(explorer.picture, explorer.render())
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
        put(explorer, {**settings, "ndvi": max(settings["ndvi"], 0.4)})
        assert "Result: 0 ha of forest in 0 patches" in explorer.status


def test_satellite_refuses_a_scene_with_fewer_colours_than_clusters():
    from lessons_lib.explorers import satellite as explore

    with pytest.raises(
        ValueError,
        match="k must be at most 1, the number of different points; got k=2",
    ):
        explore.explorer(satellite.load(np.full((30, 40, 4), 0.05)))


def test_satellite_takes_label_maps_that_are_known():
    from lessons_lib.explorers import satellite as explore

    bands, halves = a_scene((40, 60), forest=1), np.indices((40, 60))[1] // 30
    text = explore.renderer(bands, fits={("RGB", 2): halves})(features="RGB", k=2, min_area=0).text
    assert ": clusters 0, 1. " in text and " 100 % of the scene" in text
    bands.values[:, 30:] = 0.2
    assert (
        ": cluster 0. "
        in explore.renderer(bands, fits={("RGB", 2): halves})(features="RGB", k=2).text
    )
