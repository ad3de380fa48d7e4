"""The explorer of lesson 05: other pictures, scores, errors."""

import numpy as np
import pytest

from tests.explorers.common import (
    SAYS,
    SHAPES,
    combinations,
    good,
    put,
    same,
    some_picture,
    values_of,
)


def some_map(shape, lowest=0):
    """A map with crumbs: the grey levels of a picture in a few steps."""
    return some_picture(shape).astype(int) // 64 + lowest


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("lowest", [-1, 0, 2])
def test_boundaries_with_other_maps(shape, lowest):
    """What the text says is what a plain count finds."""
    from lessons_lib import regions
    from lessons_lib.explorers import boundaries_and_markers

    labels, image = some_map(shape, lowest), np.full((*shape, 3), 90, np.uint8)
    explorer = boundaries_and_markers.explorer(labels, image, list("abcdef"), min_area=7)
    assert explorer.settings["min_area"] == 7 and same(explorer.picture, explorer.render())
    most = values_of(explorer.controls["min_area"])[-1]
    first = "abcdef"[max(lowest, 0)]
    for border, area, neighbours in (
        ("thin", 0, 4),
        ("inner", most, 4),
        ("outer", 7, 8),
        ("subpixel", most, 8),
    ):
        tidy = regions.merge_small(labels, area, connectivity=neighbours // 4)
        found = regions.connected(tidy, connectivity=neighbours // 4)
        n, points = (
            len(found.areas),
            [np.argwhere(found.labels == i).mean(axis=0) for i in range(len(found.areas))],
        )
        there = [tuple(np.rint(point).astype(int)) for point in points]
        outside = sum(found.labels[p] != i for i, p in enumerate(there))
        wrong = sum(tidy[p] != found.classes[i] for i, p in enumerate(there))
        line = regions.boundaries(
            tidy, border, background=-1 if border in ("thin", "subpixel") else max(lowest, 0)
        )
        put(
            explorer,
            {"border": border, "min_area": area, "neighbours": neighbours, "markers": "centroid"},
        )
        good(explorer, SAYS["boundaries_and_markers"])
        assert explorer.status.endswith(
            f", minimum area {area} px, {neighbours} neighbours: {n} region{'s' if n > 1 else ''}, "
            f"{100 * (tidy != labels).mean():.1f} % of the pixels changed class; the border hides "
            f"{100 * line.mean():.1f} % of the picture. Markers at the centroid: "
            f"{outside} of {n} outside their region, {wrong} on another class."
        )
        assert (f"(background: {first})" in explorer.status) == (border in ("inner", "outer"))
        put(explorer, {**explorer.settings, "markers": "inside"})
        assert f" inside: 0 of {n} outside their region, 0 on another class." in explorer.status


def test_boundaries_with_another_background_and_a_minimum_area_that_leaves_nothing():
    from lessons_lib.explorers import boundaries_and_markers

    labels, image = some_map((60, 60)), np.full((60, 60, 3), 90, np.uint8)
    render = boundaries_and_markers.renderer(labels, image, list("abcd"), background=2)
    assert render(border="outer", min_area=0).text.startswith("Border outer (background: c), ")
    assert not np.array_equal(
        render(border="outer", min_area=0).rgb,
        boundaries_and_markers.renderer(labels, image, list("abcd"))(
            border="outer", min_area=0
        ).rgb,
    )
    with pytest.raises(ValueError, match="min_area must leave a region: the largest has "):
        boundaries_and_markers.explorer(labels, image, list("abcd"), min_area=3600)


def test_boundaries_of_a_map_with_one_region():
    from lessons_lib.explorers import boundaries_and_markers

    explorer = boundaries_and_markers.explorer(
        np.zeros((40, 50), int), np.full((40, 50, 3), 90, np.uint8), ["all"]
    )
    for settings in combinations(explorer, 8):
        put(explorer, settings)
        good(explorer, SAYS["boundaries_and_markers"])
        assert (
            " 1 region, 0.0 % of the pixels changed class; the border hides 0.0 % of the picture."
            in explorer.status
        )
