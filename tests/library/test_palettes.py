"""Tests of lessons_lib.palettes: colours that differ for every reader."""

import ast
from pathlib import Path

import nbformat
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.color import deltaE_ciede2000, rgb2lab

from lessons_lib import landscape, palettes, regions

# How colours look without one kind of cone, on linear RGB: G. M. Machado, M. M. Oliveira and
# L. A. F. Fernandes (2009), A physiologically-based model for simulation of color vision
# deficiency, IEEE TVCG 15(6), 1291-1298, severity 1.
CONES = {
    "all cones": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                            [0.004733, 0.691367, 0.303900]]),
}


def linear(colors):
    """Amounts of light, 0 to 1, of sRGB colours 0 to 255."""
    s = np.asarray(colors) / 255
    return np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4)


def seen(colors, cones):
    """CIELAB colours as somebody with these cones sees them."""
    light = np.clip(linear(colors) @ CONES[cones].T, 0, 1)
    return rgb2lab(np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055))


def rgb_of(hex_color):
    return [int(hex_color[i:i + 2], 16) for i in (1, 3, 5)]


def contrast(one, other):
    """Contrast ratio of the Web Content Accessibility Guidelines, 1 to 21."""
    low, high = sorted(linear(c) @ (0.2126, 0.7152, 0.0722) for c in (one, other))
    return (high + 0.05) / (low + 0.05)


# the eight colours

@pytest.mark.parametrize("cones", CONES)
def test_label_colours_stay_apart_for_all_eyes(cones):
    lab = seen(palettes.LABELS, cones)
    difference = deltaE_ciede2000(lab[:, None], lab[None])
    # 2.3 is just noticeable side by side.
    assert difference[np.triu_indices(8, 1)].min() > 12


def test_label_colours_are_eight_steps_of_lightness():
    lightness = seen(palettes.LABELS, "all cones")[:, 0]
    assert lightness.min() < 20 and lightness.max() > 90
    assert np.diff(np.sort(lightness)).min() > 7
    # Next to one another in the order: far apart.
    assert np.abs(np.diff(lightness)).min() > 30


@pytest.mark.parametrize("cones", CONES)
def test_no_label_differs_from_every_label(cones):
    lab = seen(np.vstack([palettes.LABELS, palettes.NO_LABEL]), cones)
    assert deltaE_ciede2000(lab[-1], lab[:-1]).min() > 4


def test_the_simulation_is_one():
    # Red and green of equal lightness: far apart for most, close with deuteranopia.
    red, green = (200, 80, 60), (90, 135, 40)
    apart, close = (deltaE_ciede2000(*seen([red, green], c)) for c in ("all cones", "deuteranopia"))
    assert apart > 40 and close < 15
    greys = np.repeat(np.arange(0, 256, 51)[:, None], 3, axis=1)
    for cones in CONES:
        assert np.allclose(seen(greys, cones), seen(greys, "all cones"), atol=0.1)


def test_text_and_lines_show_on_paper():
    assert contrast(palettes.INK, palettes.PAPER) > 15
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    for color in (palettes.TRUTH, palettes.FOUND, palettes.THIRD):
        assert contrast(rgb_of(color), palettes.PAPER) > 4  # 3 is asked of lines
    # A border, dark with a light rim, shows on every colour: one of the two always stands out.
    for color in (*palettes.LABELS, palettes.NO_LABEL):
        assert max(contrast(color, palettes.INK), contrast(color, palettes.PAPER)) > 4


def test_lines_in_charts_stay_apart():
    lines = [rgb_of(c) for c in (palettes.TRUTH, palettes.FOUND, palettes.THIRD)]
    for cones in CONES:
        lab = seen(lines, cones)
        assert deltaE_ciede2000(lab[:, None], lab[None])[np.triu_indices(3, 1)].min() > 15
    assert np.diff(np.sort(seen(lines, "all cones")[:, 0])).min() > 7


def colours_in(lesson, line):
    """The colours that a line of a lesson sets; those of its classes may stand among them."""
    path = Path(__file__).parents[2] / "notebooks" / f"{lesson}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    values = {"np": np, "palettes": palettes}
    for name in ("NAMES", "COLORS", line):
        for tree in ast.parse(text).body:
            if isinstance(tree, ast.Assign) and getattr(tree.targets[0], "id", "") == name:
                exec(ast.unparse(tree), values)
    return np.array(list(values[line].values()) if isinstance(values[line], dict) else values[line])


@pytest.mark.parametrize("place", [(), ("07_satellite", "COLORS"),
                                   ("07_satellite", "vote_colors")], ids=" ".join)
def test_classes_on_maps_stay_apart_for_all_eyes_and_in_grey(place):
    colors = colours_in(*place) if place else landscape.COLORS
    for cones in CONES:
        lab = seen(colors, cones)
        apart = deltaE_ciede2000(lab[:, None], lab[None])[np.triu_indices(len(colors), 1)]
        assert apart.min() > 15, cones
    assert np.diff(np.sort(seen(colors, "all cones")[:, 0])).min() > 7


# land

def test_a_kind_of_land_has_one_colour_and_its_clusters_shades_of_it():
    names = ["open", "forest", "water", "forest", "open", "forest"]
    colors = palettes.land(names)
    assert colors.dtype == np.uint8 and colors.shape == (6, 3)
    for name in set(names):
        assert tuple(colors[names.index(name)]) == palettes.LAND[name]
    assert np.array_equal(palettes.land(palettes.LAND), list(palettes.LAND.values()))
    for n in range(2, 8):
        for name in palettes.LAND:
            lab = seen(palettes.land([name] * n), "all cones")
            assert (np.abs(np.diff(lab[:, 0])) > 2.3).all(), name
    assert palettes.land([]).shape == (0, 3)


@pytest.mark.parametrize("name", ["forest", "open"])
def test_a_second_cluster_of_a_kind_is_nearer_to_its_kind_than_to_the_others(name):
    second = seen(palettes.land([name, name])[1], "all cones")
    kinds = {kind: deltaE_ciede2000(second, seen(color, "all cones"))
             for kind, color in palettes.LAND.items()}
    assert min(kinds, key=kinds.get) == name


def test_land_that_has_no_colour():
    with pytest.raises(ValueError, match=r"names must be among \['forest', .*; got \['snow'\]"):
        palettes.land(["forest", "snow"])


def test_bands_have_their_own_colours_as_lines_that_show():
    colors = {name: rgb_of(color) for name, color in palettes.BANDS.items()}
    for i, name in enumerate(("red", "green", "blue")):
        assert np.argmax(colors[name]) == i
    infrared = colors["near infrared"]
    assert np.argmax(infrared) == 0
    assert seen(infrared, "all cones")[0] < seen(colors["red"], "all cones")[0] - 20
    for color in colors.values():
        assert contrast(color, palettes.PAPER) > 3


# choose

@st.composite
def voronoi(draw):
    """Up to 40 connected regions, as a segmentation gives them."""
    n = draw(st.integers(1, 40))
    rng = np.random.default_rng(draw(st.integers(0, 10 ** 6)))
    points = rng.uniform(0, 50, (n, 2))
    rows, columns = np.indices((50, 50))
    labels = ((rows[..., None] - points[:, 0]) ** 2
              + (columns[..., None] - points[:, 1]) ** 2).argmin(axis=-1)
    labels = np.unique(labels, return_inverse=True)[1].reshape(labels.shape)
    if draw(st.booleans()):
        labels[rng.random(labels.shape) < 0.02] = -1
    return labels


@given(voronoi())
def test_touching_regions_have_different_colours(labels):
    colors = palettes.choose(labels)
    assert colors.shape == (labels.max() + 1, 3) and colors.dtype == np.uint8
    assert {tuple(c) for c in colors} <= {tuple(c) for c in palettes.LABELS}
    for a, b in np.argwhere(regions.neighbours(labels)):
        assert tuple(colors[a]) != tuple(colors[b])


@given(hnp.arrays(int, (12, 12), elements=st.integers(0, 30), fill=st.nothing()))
def test_touching_labels_share_a_colour_only_if_none_is_left(labels):
    # Noise: labels in many pieces, with too many neighbours for eight colours.
    labels[-1, -1] = 30
    colors = [tuple(c) for c in palettes.choose(labels)]
    touch = regions.neighbours(labels)
    for a, b in np.argwhere(touch):
        if colors[a] == colors[b]:  # the later one found all eight taken
            assert max(len({colors[n] for n in np.flatnonzero(touch[x])}) for x in (a, b)) == 8


def test_a_region_with_more_neighbours_than_there_are_colours():
    # Nine wedges around a disc. Coloured one after another, the wedges take all eight colours
    # and leave none for the disc.
    rows, columns = np.indices((60, 60)) - 30
    labels = (np.arctan2(rows, columns) / (2 * np.pi) % 1 * 9).astype(int) % 9
    for disc in (9, 0):
        renamed = np.where(rows ** 2 + columns ** 2 < 300, disc, labels + (disc == 0))
        touch = regions.neighbours(renamed)
        assert touch[disc].sum() == 9
        colors = palettes.choose(renamed)
        for a, b in np.argwhere(touch):
            assert tuple(colors[a]) != tuple(colors[b])


def test_up_to_eight_labels_keep_a_fixed_order():
    for k in range(1, 9):
        labels = np.arange(k)[None]
        assert np.array_equal(palettes.choose(labels), palettes.LABELS[:k])
    assert palettes.choose(np.full((2, 2), -1)).shape == (0, 3)


def test_all_colours_are_used():
    colors = palettes.choose(np.arange(24).reshape(4, 6))
    counts = np.unique(colors, axis=0, return_counts=True)[1]
    assert len(counts) == 8 and counts.max() - counts.min() <= 2


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int16])
def test_any_integer_type(dtype):
    labels = np.array([[0, 1], [1, 1]]).astype(dtype)
    assert np.array_equal(palettes.choose(labels), palettes.LABELS[:2])
    many = (np.arange(200).reshape(10, 20) % 101).astype(np.uint8)
    assert np.array_equal(palettes.choose(many), palettes.choose(many.astype(int)))


def test_the_palette_cannot_be_spoilt_by_its_users():
    before = palettes.LABELS.copy()
    palettes.choose(np.arange(3)[None])[:] = 0
    assert np.array_equal(palettes.LABELS, before)
