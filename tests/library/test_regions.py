"""Tests of lessons_lib.regions: parts, borders, numbering, neighbours, points inside."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage
from skimage.segmentation import find_boundaries

from lessons_lib import circles, drawing, regions

label_maps = hnp.arrays(
    np.int32, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12),
    elements=st.integers(-1, 6))
# Few labels: regions of many pixels, straight borders, background on both sides.
patchy_maps = hnp.arrays(
    np.int32, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9),
    elements=st.sampled_from([-1, 0, 0, 1, 1, 2]), fill=st.nothing())


NOT_LABEL_MAPS = pytest.mark.parametrize("labels, message", [
    (np.zeros((3, 3)), r"labels must be a label map.*got float64 of shape \(3, 3\)"),
    (np.zeros(4, int), r"labels must be a label map.*got int64 of shape \(4,\)"),
    (np.zeros((2, 2, 3), int), "labels must be a label map"),
    (np.zeros((0, 4), int), r"labels must be a label map.*of shape \(0, 4\)"),
])


# connected

@given(label_maps | patchy_maps, st.sampled_from([1, 2]))
def test_parts_are_those_of_scipy(labels, connectivity):
    before = labels.copy()
    found = regions.connected(labels, connectivity=connectivity)
    assert np.array_equal(labels, before)
    assert found.labels.dtype == np.int32 and found.labels.shape == labels.shape
    assert np.array_equal(found.labels == -1, labels == -1)
    number = 0
    for label in np.unique(labels[labels >= 0]):
        touching = ndimage.generate_binary_structure(2, connectivity)
        parts, n = ndimage.label(labels == label, touching)
        for part in range(1, n + 1):
            inside = parts == part
            [region] = np.unique(found.labels[inside])  # all of it, ...
            assert found.areas[region] == inside.sum() == (found.labels == region).sum()  # no more
            assert found.classes[region] == label
        number += n
    assert found.classes.shape == found.areas.shape == (number,)
    # In reading order: what is seen first has the smaller number.
    assert np.array_equal(found.labels, regions.number_in_reading_order(found.labels))


def test_parts_by_hand():
    labels = np.array([[3, 0, 0], [0, 3, -1], [0, 0, 3]])
    found = regions.connected(labels)
    assert found.labels.tolist() == [[0, 1, 1], [2, 3, -1], [2, 2, 4]]
    assert found.classes.tolist() == [3, 0, 0, 3, 3] and found.areas.tolist() == [1, 2, 3, 1, 1]
    found = regions.connected(labels, connectivity=2)
    assert found.labels.tolist() == [[0, 1, 1], [1, 0, -1], [1, 1, 0]]
    assert found.classes.tolist() == [3, 0] and found.areas.tolist() == [3, 5]


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.uint16])
def test_parts_of_masks_and_small_types(dtype):
    most = np.iinfo(dtype).max if dtype is not bool else True
    labels = np.array([[0, 0, 1], [1, 0, 1]]).astype(dtype) * dtype(most)
    found = regions.connected(labels)
    assert found.labels.tolist() == [[0, 0, 1], [2, 0, 1]]
    assert found.classes.tolist() == [0, int(most), int(most)]


def test_parts_of_nothing():
    labels, classes, areas = regions.connected(np.full((2, 3), -1))
    assert (labels == -1).all() and classes.shape == areas.shape == (0,)


@NOT_LABEL_MAPS
@pytest.mark.parametrize("function", [
    regions.connected, regions.boundaries, lambda labels: regions.merge_small(labels, 2)],
    ids=["connected", "boundaries", "merge_small"])
def test_what_is_no_label_map_is_refused(function, labels, message):
    with pytest.raises(ValueError, match=message):
        function(labels)


@pytest.mark.parametrize("connectivity", [0, 3, 4, 8])
def test_connectivity_is_1_or_2(connectivity):
    with pytest.raises(ValueError, match=r"connectivity must be 1 \(edges\) or 2 "
                                         rf"\(edges and corners\), got {connectivity}"):
        regions.connected(np.zeros((2, 2), int), connectivity=connectivity)


# merge_small

@settings(max_examples=100)
@given(patchy_maps, st.integers(2, 9), st.sampled_from([1, 2]))
def test_small_regions_go_to_the_nearest_large_one(labels, min_area, connectivity):
    before = labels.copy()
    found = regions.connected(labels, connectivity=connectivity)
    large = (found.labels >= 0) & (found.areas[found.labels] >= min_area
                                   if len(found.areas) else False)
    small = (labels >= 0) & ~large
    if small.any() and not large.any():
        with pytest.raises(ValueError, match="min_area must leave a region: the largest has "
                                             f"{found.areas.max()} pixels; got {min_area}"):
            regions.merge_small(labels, min_area, connectivity=connectivity)
        return
    merged = regions.merge_small(labels, min_area, connectivity=connectivity)
    assert np.array_equal(labels, before)
    assert merged.dtype == np.int32 and merged.shape == labels.shape
    assert np.array_equal(merged[~small], labels[~small])  # large regions, and what has no label
    nearest = ndimage.distance_transform_edt(~large, return_distances=False, return_indices=True)
    once = labels.copy()
    once[small] = labels[tuple(nearest[:, small])]
    if (regions.connected(once, connectivity=connectivity).areas < min_area).any():
        return  # a second round follows
    spots = np.argwhere(large)
    for row, column in np.argwhere(small):
        distance = ((spots - (row, column)) ** 2).sum(axis=1)
        nearest = spots[distance == distance.min()]
        assert merged[row, column] in labels[tuple(nearest.T)]


@given(patchy_maps, st.integers(2, 9))
def test_no_small_region_is_left(labels, min_area):
    labels = np.maximum(labels, 0)  # where no label is missing
    areas = regions.connected(labels).areas
    if areas.max() >= min_area:
        assert regions.connected(regions.merge_small(labels, min_area)).areas.min() >= min_area


@given(label_maps, st.sampled_from([-3, 0, 1]))
def test_where_nothing_is_small_nothing_changes(labels, min_area):
    merged = regions.merge_small(labels, min_area)
    assert np.array_equal(merged, labels) and merged is not labels


def test_merging_by_hand():
    labels = np.array([[0, 0, 0, 2, 1, 1, 1],
                       [0, 0, 0, 2, 1, 1, 1],
                       [0, 3, 0, -1, 1, 1, 4]])
    merged = [[0, 0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 1, 1, 1], [0, 0, 0, -1, 1, 1, 1]]
    found = regions.merge_small(labels, 3)
    found[:2, 3] = 0  # as far from the one as from the other
    assert found.tolist() == merged
    assert regions.merge_small(labels, 2)[0, 3] == 2  # two pixels are enough
    corners = np.kron(np.eye(2, dtype=int), np.ones((2, 2), int))
    with pytest.raises(ValueError, match="the largest has 4 pixels; got 5"):
        regions.merge_small(corners, 5)
    assert np.array_equal(regions.merge_small(corners, 5, connectivity=2), corners)


@pytest.mark.parametrize("dtype", [bool, np.uint8])
def test_merging_masks_and_small_types(dtype):
    labels = np.zeros((5, 5), dtype)
    labels[2, 2] = 1
    assert not regions.merge_small(labels, 2).any()


# boundaries

@given(label_maps | patchy_maps)
def test_borders_between_the_pixels_are_those_of_scikit_image(labels):
    between = regions.boundaries(labels, "subpixel")
    assert between.shape == (2 * labels.shape[0] - 1, 2 * labels.shape[1] - 1)
    assert between.dtype == bool
    assert np.array_equal(between, find_boundaries(labels, mode="subpixel"))


@pytest.mark.parametrize("mode", ["thick", "inner", "outer"])
@given(labels=label_maps | patchy_maps)
def test_borders_are_those_of_scikit_image(mode, labels):
    for background in (-1, 0, 2, 9):
        if mode == "outer" and background in labels and background > labels.min():
            continue  # scikit-image takes for granted that no label is below the background
        # In 32 bits: with 64 its erosion overflows (scikit-image #4558).
        expected = find_boundaries(labels, mode=mode, background=background)
        for dtype in (np.int32, np.int64):
            found = regions.boundaries(labels.astype(dtype), mode, background=background)
            assert found.dtype == bool
            assert np.array_equal(found, expected)


@given(label_maps | patchy_maps)
def test_borders_have_the_pixels_on_both_sides(labels):
    differs = np.zeros(labels.shape, bool)
    for axis in (0, 1):
        change = np.diff(labels, axis=axis) != 0
        for side in ((1, 0), (0, 1)):
            differs |= np.pad(change, [side if a == axis else (0, 0) for a in (0, 1)])
    thick = regions.boundaries(labels)
    assert np.array_equal(thick, differs)
    assert np.array_equal(regions.boundaries(labels, "inner"), differs & (labels != -1))
    thin = regions.boundaries(labels, "thin")
    assert thin.dtype == bool
    assert np.array_equal(thin, regions.edges(labels))
    # Without a background every pixel belongs to some region.
    for mode in ("inner", "outer"):
        assert np.array_equal(regions.boundaries(labels, mode, background=9), thick)


@given(label_maps | patchy_maps, st.sampled_from([-1, 0, 2, 9]))
def test_outer_borders_against_a_plain_loop(labels, background):
    expected = regions.boundaries(labels)
    for row, column in np.argwhere(expected & (labels != background)):
        around = labels[max(row - 1, 0):row + 2, max(column - 1, 0):column + 2]
        expected[row, column] = len(set(around.flat) - {background}) > 1
    assert np.array_equal(regions.boundaries(labels, "outer", background=background), expected)


def square():
    labels = np.full((5, 5), -1)
    labels[1:4, 1:4] = 0
    return labels


def test_label_0_is_not_lost():
    ring = [[0, 0, 0, 0, 0], [0, 1, 1, 1, 0], [0, 1, 0, 1, 0], [0, 1, 1, 1, 0], [0, 0, 0, 0, 0]]
    assert regions.boundaries(square(), "inner").astype(int).tolist() == ring
    assert regions.boundaries(square() + 1, "inner", background=0).astype(int).tolist() == ring
    assert not find_boundaries(square(), mode="inner")[1:4, 1:4].any()  # as scikit-image has it


@pytest.mark.parametrize("inside, background", [(0, -1), (3, 0), (0, 2), (-1, 0)])
def test_around_a_region(inside, background):
    labels = np.where(square() == 0, inside, background)
    around = [[0, 1, 1, 1, 0], [1, 0, 0, 0, 1], [1, 0, 0, 0, 1], [1, 0, 0, 0, 1], [0, 1, 1, 1, 0]]
    found = regions.boundaries(labels, "outer", background=background)
    assert found.astype(int).tolist() == around


def test_borders_of_a_mask():
    mask = np.array([[False, False, True]])
    assert regions.boundaries(mask).tolist() == [[False, True, True]]
    assert regions.boundaries(mask, "subpixel").tolist() == [[False, False, False, True, False]]


@pytest.mark.parametrize("mode", ["fat", "", None, "THICK"])
def test_modes_of_borders(mode):
    with pytest.raises(ValueError, match="mode must be one of thin, thick, inner, outer, "
                                         f"subpixel; got {mode!r}"):
        regions.boundaries(np.zeros((2, 2), int), mode)


# number_in_reading_order

@given(hnp.arrays(np.int32, hnp.array_shapes(max_dims=3, max_side=6),
                  elements=st.integers(-1, 9)), st.permutations(range(10)))
def test_numbering(labels, order):
    numbered = regions.number_in_reading_order(labels)
    assert numbered.shape == labels.shape and numbered.dtype == np.int32
    # The same regions: pixels share a number exactly where they shared a label.
    pairs = set(zip(labels.flat, numbered.flat))
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
    assert np.array_equal(numbered < 0, labels < 0)
    # 0, 1, 2, ... without gaps, as they come.
    fresh = [n for i, n in enumerate(numbered.flat) if n >= 0 and n not in numbered.flat[:i]]
    assert fresh == list(range(len(fresh)))
    # Nothing changes the second time, and names do not matter.
    assert np.array_equal(regions.number_in_reading_order(numbered), numbered)
    renamed = np.array([*order, -1])[labels]
    assert np.array_equal(regions.number_in_reading_order(renamed), numbered)


@given(hnp.arrays(np.int32, hnp.array_shapes(max_dims=3, max_side=6),
                  elements=st.integers(-1, 5)), st.integers(0, 99))
def test_numbering_by_value(labels, seed):
    values = np.random.default_rng(seed).integers(0, 9, labels.shape)
    numbered = regions.number_by_value(labels, values)
    assert numbered.shape == labels.shape and numbered.dtype == np.int32
    pairs = set(zip(labels.flat, numbered.flat))
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
    assert np.array_equal(numbered < 0, labels < 0)
    means = [values[numbered == i].mean() for i in range(numbered.max() + 1)]
    assert (np.diff(means) > -1e-9).all()


def test_numbering_by_value_by_hand():
    labels, values = np.array([[-1, 7, 7], [2, 7, 0]]), [[99, 3, 5], [1, 4, 9]]
    assert regions.number_by_value(labels, values).tolist() == [[-1, 1, 1], [0, 1, 2]]
    assert regions.number_by_value([3, 1, 3], [5, 5, 5]).tolist() == [1, 0, 1]
    with pytest.raises(
        ValueError, match=r"values must have the shape of labels.* \(2,\), .*\(3,\)"
    ):
        regions.number_by_value([0, 1, 1], [1, 2])


def test_numbering_by_hand():
    labels = np.array([[-1, 7, 7], [2, 7, 0], [2, -1, 9]])
    assert regions.number_in_reading_order(labels).tolist() == [[-1, 0, 0], [1, 0, 2], [1, -1, 3]]
    assert regions.number_in_reading_order([5, 5, 1]).tolist() == [0, 0, 1]
    assert regions.number_in_reading_order(np.uint8([[200, 3]])).tolist() == [[0, 1]]
    assert regions.number_in_reading_order(np.full((2, 2), -1)).tolist() == [[-1, -1], [-1, -1]]


# edges and neighbours

def test_edges_by_hand():
    labels = np.array([[0, 0, 1], [0, 0, 1], [2, 2, 2]])
    assert regions.edges(labels).astype(int).tolist() == [[0, 1, 0], [1, 1, 1], [0, 0, 0]]
    assert not regions.edges(np.zeros((3, 3), int)).any()


@given(label_maps)
def test_neighbours_against_a_plain_loop(labels):
    k = max(labels.max(), -1) + 1
    expected = np.zeros((k, k), bool)
    rows, columns = labels.shape
    for r in range(rows):
        for c in range(columns):
            for r2, c2 in ((r + 1, c), (r, c + 1)):
                if r2 < rows and c2 < columns:
                    a, b = labels[r, c], labels[r2, c2]
                    if a != b and a >= 0 and b >= 0:
                        expected[a, b] = expected[b, a] = True
    assert np.array_equal(regions.neighbours(labels), expected)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64])
def test_neighbours_of_any_integer_type(dtype):
    labels = np.array([[0, 1], [0, 0]]).astype(dtype)
    assert regions.neighbours(labels).tolist() == [[False, True], [True, False]]


def test_corners_do_not_touch():
    assert not regions.neighbours(np.array([[0, -1], [-1, 1]])).any()


# inner_points

@given(label_maps)
def test_inner_points_lie_inside(labels):
    points = regions.inner_points(labels)
    assert set(points) == set(np.unique(labels[labels >= 0]).tolist())
    rows, columns = np.indices(labels.shape)
    for label, (row, column, distance) in points.items():
        near = np.hypot(rows - row, columns - column) < max(distance, 0.5)
        assert (labels[near] == label).all()  # the point, and all around it up to the distance


@settings(max_examples=25)
@given(label_maps, st.integers(20, 40), st.integers(2, 5), st.integers(0, 10 ** 6))
def test_inner_points_lie_inside_where_not_every_pixel_is_looked_at(labels, factor, step, seed):
    big = drawing.enlarge(labels, factor)
    speckled = np.random.default_rng(seed).random(big.shape) < 0.01
    big[speckled] = (big[speckled] + 1) % 7
    points = regions.inner_points(big, step=step)
    for label, (row, column, distance) in points.items():
        assert big[row, column] == label
        assert row % step == column % step == 0 and distance >= 0
    areas = np.bincount(big[big >= 0], minlength=7)
    assert set(points) >= set(np.flatnonzero(areas > 300).tolist())


def test_a_sliver_between_the_pixels_looked_at_is_missing():
    labels = np.zeros((20, 20), int)
    labels[:, 5] = 1
    assert set(regions.inner_points(labels, step=3)) == {0}
    assert set(regions.inner_points(labels)) == {0, 1}


@pytest.mark.parametrize("size, step", [(100, 1), (239, 1), (240, 2), (400, 3), (900, 1), (900, 7)])
def test_inner_point_of_a_disc_is_its_centre(size, step):
    center, radius = (0.4 * size, 0.55 * size), 0.3 * size
    labels = circles.make([center], radius, size=size).truth
    [(label, (row, column, distance))] = regions.inner_points(labels, step=step).items()
    assert label == 0
    assert np.hypot(row - center[0], column - center[1]) <= 1.5 * step + 1
    assert distance == pytest.approx(radius, abs=2 * step + 1)


def test_the_edge_of_the_picture_is_a_border():
    row, column, distance = regions.inner_points(np.zeros((21, 41), int))[0]
    assert row == 10 and 10 <= column <= 30 and distance == 10


def test_of_equally_deep_points_the_middle_one_is_taken():
    # A band whose whole middle line is equally deep, above a band of no label.
    labels = np.zeros((41, 101), int)
    labels[21:] = -1
    assert regions.inner_points(labels) == {0: (10, 50, 10.0)}
    assert regions.inner_points(labels.T == 0)[1] == (50, 10, 10.0)  # also of a mask


@given(label_maps)
def test_inner_points_against_a_plain_search(labels):
    rows, columns = labels.shape
    edge = [(r, c) for r in range(rows) for c in range(columns)
            if r in (0, rows - 1) or c in (0, columns - 1)
            or labels[r, c] != labels[r + 1, c] or labels[r, c] != labels[r, c + 1]]
    depth = np.array([[min(np.hypot(r - a, c - b) for a, b in edge) for c in range(columns)]
                      for r in range(rows)])
    points = regions.inner_points(labels)
    for label in np.unique(labels[labels >= 0]):
        deepest = np.argwhere((labels == label)
                              & np.isclose(depth, depth[labels == label].max(), atol=1e-9))
        *spot, distance = points[label]
        assert spot == deepest[len(deepest) // 2].tolist()
        assert distance == pytest.approx(depth[tuple(spot)])


def test_inner_points_where_nothing_is_labelled():
    assert regions.inner_points(np.full((5, 5), -1)) == {}


@pytest.mark.parametrize("shape", [(1, 1), (3, 40), (40, 41), (64, 70), (100, 30)])
@pytest.mark.parametrize("side", [4, 17, 64])
def test_a_window_is_the_part_nearest_to_half_and_half(shape, side):
    """Of all parts, or of those that have a given point near their middle."""
    rng, n = np.random.default_rng(0), min(side, *shape)
    starts = [(r, c) for r in range(0, shape[0] - n + 1, 8) for c in range(0, shape[1] - n + 1, 8)]
    for background in (0, 2):
        often = rng.random(shape[0])[:, None] * rng.random(shape[1])
        labels = np.where(rng.random(shape) < often, background, 1)
        for point in (None, *(tuple(rng.integers(shape)) for _ in range(6))):
            rows, columns = regions.window(
                labels == background, side, share=0.5, point=point, step=8
            )
            assert labels[rows, columns].shape == (n, n)
            allowed = [
                s
                for s in starts
                if point is None or np.abs(np.subtract(point, s) - n / 2).max() <= n / 4
            ]
            off = {
                (r, c): abs((labels[r : r + n, c : c + n] == background).mean() - 0.5)
                for r, c in starts
            }
            assert off[rows.start, columns.start] <= min(off[s] for s in allowed or starts) + 1e-12
            assert not allowed or (rows.start, columns.start) in allowed


@given(hnp.arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))), st.integers(1, 12))
def test_a_window_holds_most_of_a_mask(mask, side):
    n = min(side, *mask.shape)
    part = mask[regions.window(mask, side)]
    assert part.shape == (n, n)
    assert part.sum() == max(mask[r:r + n, c:c + n].sum() for r in range(mask.shape[0] - n + 1)
                             for c in range(mask.shape[1] - n + 1))


@given(
    hnp.arrays(
        np.int8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 2)
    ),
    st.integers(0, 99),
)
def test_merging_leaves_no_small_region_but_the_largest_may_stay(labels, least):
    before, after = regions.connected(labels), regions.merge_small(labels, least, keep_largest=True)
    assert regions.connected(after).areas.min() >= min(least, before.areas.max())
    largest = before.areas == before.areas.max()
    assert any(
        (after[before.labels == i] == before.classes[i]).all() for i in np.flatnonzero(largest)
    )


# unmask

@given(hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=6)),
       st.sampled_from(["uint8", "int32", "float64", "bool"]), st.sampled_from([-1, 0, 7]))
def test_unmask_turns_masking_around(mask, dtype, fill):
    values = np.random.default_rng(0).integers(0, 2, mask.sum()).astype(dtype)
    full = regions.unmask(values, mask, fill=fill)
    assert np.array_equal(full[mask], values) and (full[~mask] == fill).all()
    assert full.shape == mask.shape and (full.dtype.kind == "f") == (dtype == "float64")


@pytest.mark.parametrize("values, mask, message", [
    ([1, 2], [[True, False]], "values must have one for each of the 1 pixels in mask"),
    ([1], [[1, 0]], "mask must be of dtype bool, such as labels == 3; it is int64"),
])
def test_unmask_says_what_is_wrong(values, mask, message):
    with pytest.raises(ValueError, match=message):
        regions.unmask(values, np.array(mask))
