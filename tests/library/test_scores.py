"""Tests of lessons_lib.scores: against scikit-learn, plain loops and cases worked by hand."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse
from sklearn.metrics import adjusted_rand_score

from lessons_lib import graphs, scores

shapes = hnp.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=8)


@st.composite
def two_maps(draw):
    """Two label maps of one shape; -1 included; not all of the first is -1."""
    shape = draw(shapes)
    truth, labels = (draw(hnp.arrays(np.int32, shape, elements=st.integers(-1, 4)))
                     for _ in range(2))
    truth[0, 0] = max(truth[0, 0], 0)
    return truth, labels


def squares():
    """Four true regions of 5 x 5 pixels."""
    rows, columns = np.indices((10, 10)) // 5
    return 2 * rows + columns


# adjusted_rand

@given(two_maps(), st.permutations(range(6)))
def test_adjusted_rand_equals_scikit_learns(maps, order):
    truth, labels = maps
    score = scores.adjusted_rand(truth, labels)
    assert isinstance(score, float)
    inside = truth.ravel() >= 0
    assert score == adjusted_rand_score(truth.ravel()[inside], labels.ravel()[inside])
    renamed = np.array(order)[labels + 1] - 1
    assert scores.adjusted_rand(truth, renamed) == pytest.approx(score)


def test_adjusted_rand_leaves_out_what_has_no_truth():
    truth = squares()
    truth[:, :2] = -1
    labels = squares()
    labels[:, :2] = np.arange(20).reshape(10, 2)
    assert scores.adjusted_rand(truth, labels) == 1
    # But a pixel that has a truth must get its label: -1 is an answer like any other.
    labels[0, 9] = -1
    assert scores.adjusted_rand(truth, labels) < 1


def test_adjusted_rand_by_hand():
    assert scores.adjusted_rand(squares(), np.zeros((10, 10), int)) == 0
    # Of 6 pairs, 2 are together in the truth, 1 in the labels, 1 in both.
    chance = 2 * 1 / 6
    assert scores.adjusted_rand(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 2])) == pytest.approx(
        (1 - chance) / ((2 + 1) / 2 - chance))


# matched_iou

def test_iou_of_the_truth_under_other_numbers():
    assert scores.matched_iou(squares(), np.array([7, 2, 0, 3])[squares()]).tolist() == [1] * 4


def test_iou_of_a_merge():
    labels = np.array([0, 0, 1, 2])[squares()]  # the upper two are one
    iou = scores.matched_iou(squares(), labels)
    assert sorted(iou[:2]) == [0, 0.5] and iou[2:].tolist() == [1, 1]


def test_iou_of_a_split():
    labels = squares()
    labels[:2, :5] = 4  # ten of the 25 pixels of region 0
    assert scores.matched_iou(squares(), labels).tolist() == [0.6, 1, 1, 1]


def test_iou_of_a_missing_region():
    labels = squares()
    labels[labels == 2] = -1
    assert scores.matched_iou(squares(), labels).tolist() == [1, 1, 0, 1]


def test_iou_counts_what_spills_outside_the_truth():
    truth = squares()
    truth[truth > 0] = -1
    labels = np.zeros((10, 10), int)
    assert scores.matched_iou(truth, labels).tolist() == [0.25]


def test_iou_matches_for_the_largest_sum():
    # Row by row: label 0 covers region 0 by 6 of 10 and region 1 by 5 of 10. Greedy would
    # take the first; the best sum takes the two crosswise.
    truth = np.repeat([0, 1], 10)
    labels = np.array([0] * 6 + [1] * 4 + [0] * 5 + [2] * 5)
    iou = scores.matched_iou(truth, labels)
    choices = [6 / 15 + 5 / 10, 4 / 10 + 5 / 16, 4 / 10 + 5 / 10]
    assert iou.sum() == pytest.approx(max(choices))


@given(two_maps())
def test_iou_against_all_matchings(maps):
    truth, labels = maps
    table = np.zeros((5, 5))
    for t in range(5):
        for l in range(5):  # noqa: E741
            union = ((truth == t) | (labels == l)).sum()
            table[t, l] = ((truth == t) & (labels == l)).sum() / max(union, 1)
    best = max(sum(table[t, p[t]] for t in range(5)) for p in permutations(range(5)))
    iou = scores.matched_iou(truth, labels)
    assert iou.shape == (len(np.unique(truth[truth >= 0])),) and iou.dtype == np.float64
    assert (iou >= 0).all() and (iou <= 1).all()
    assert iou.sum() == pytest.approx(best)


@given(two_maps())
def test_overlap_table_counts(maps):
    truth, labels = maps
    table = scores.overlap_table(truth, labels)
    expected = np.zeros_like(table)
    for t, l in zip(truth.flat, labels.flat):  # noqa: E741
        if t >= 0 and l >= 0:
            expected[t, l] += 1
    assert np.array_equal(table, expected)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint32, np.int64])
def test_narrow_and_unsigned_labels_do_not_wrap_around(dtype):
    truth = np.repeat(np.arange(16), 16)
    labels = np.arange(256)
    wide = scores.overlap_table(truth, labels)
    narrow = scores.overlap_table(truth.astype(dtype), labels.astype(dtype))
    assert np.array_equal(wide, narrow)
    assert wide.shape == (16, 256) and wide.sum() == 256
    assert scores.matched_iou(labels.astype(dtype), labels.astype(dtype)).tolist() == [1] * 256
    graph = sparse.csr_matrix(np.ones((256, 256)))
    assert scores.normalized_cut(graph, labels.astype(dtype)) == pytest.approx(255)


def test_masks_are_label_maps():
    truth = squares() > 1
    assert scores.matched_iou(truth, ~truth).tolist() == [1, 1]
    assert scores.adjusted_rand(truth, ~truth) == 1
    assert scores.boundary_f1(truth, ~truth) == 1


# boundary_f1

def halves(column, width=20, rows=10):
    return np.repeat([np.arange(width) >= column], rows, axis=0).astype(int)


@pytest.mark.parametrize("shift, tolerance, score", [
    (0, 0, 1), (1, 0, 0.5), (1, 1, 1), (2, 0, 0), (2, 1, 0.5), (2, 2, 1), (3, 1, 0),
    (3, 2, 0.5), (3, 3, 1), (4, 2, 0)])
def test_a_shifted_border(shift, tolerance, score):
    # A border is two pixels wide, one on each side: columns 7 and 8 against 7 + shift and
    # 8 + shift. So one column of each pair is `shift` away, the other `shift - 1`.
    assert scores.boundary_f1(halves(8), halves(8 + shift), tolerance) == pytest.approx(score)
    assert scores.boundary_f1(halves(8).T, halves(8 + shift).T, tolerance) == pytest.approx(score)


def test_borders_of_label_zero_count():
    # A disc of label 1 in a sea of label 0, and the same with the numbers swapped.
    truth = np.zeros((12, 12), int)
    truth[4:8, 4:8] = 1
    assert scores.boundary_f1(truth, 1 - truth, 0) == 1
    assert scores.boundary_f1(truth, truth + 5, 0) == 1
    # One pixel larger. A square of side n has 4 n - 4 border pixels inside and 4 n outside (no
    # corners: neighbours are up, down, left and right). The small square's outside lies on the
    # large one's inside; if the side of label 0 were left out, nothing would match.
    grown = np.zeros((12, 12), int)
    grown[3:9, 3:9] = 1
    recall, precision = 16 / (12 + 16), 16 / (20 + 24)
    assert scores.boundary_f1(truth, grown, 0) == pytest.approx(
        2 * precision * recall / (precision + recall))


def test_precision_and_recall():
    # One true border; the found map has it and a second one far away.
    labels = halves(8) + halves(16)
    assert scores.boundary_f1(halves(8), labels, 0) == pytest.approx(2 / 3)
    assert scores.boundary_f1(labels, halves(8), 0) == pytest.approx(2 / 3)


def test_where_there_is_no_border():
    flat = np.zeros((10, 20), int)
    assert scores.boundary_f1(flat, flat + 3) == 1
    assert scores.boundary_f1(flat, halves(8)) == 0
    assert scores.boundary_f1(halves(8), flat) == 0


def test_the_edge_of_the_mask_is_a_border():
    masked = np.where(halves(8) == 1, 0, -1)
    assert scores.boundary_f1(masked, halves(8), 0) == 1


@given(two_maps(), st.integers(0, 3))
def test_boundary_f1_is_symmetric_and_grows_with_tolerance(maps, tolerance):
    score = scores.boundary_f1(*maps, tolerance)
    assert 0 <= score <= 1
    assert scores.boundary_f1(*maps[::-1], tolerance) == pytest.approx(score)
    assert scores.boundary_f1(*maps, tolerance + 1) >= score - 1e-12
    assert scores.boundary_f1(maps[0], maps[0], tolerance) == 1


# normalized_cut

@given(hnp.arrays(float, hnp.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=5),
                  elements=st.floats(0, 1)), st.floats(0, 10), st.randoms(use_true_random=False))
def test_normalized_cut_against_plain_loops(image, beta, random):
    bonds = graphs.affinity(graphs.pixel_graph(image), beta)
    bonds.setdiag(0.5)  # self-loops, as contraction makes them, count in the volume
    labels = np.array([random.randrange(4) for _ in range(image.size)]).reshape(image.shape)
    w = bonds.toarray()
    expected = 0.0
    for label in np.unique(labels):
        inside = labels.ravel() == label
        expected += w[inside][:, ~inside].sum() / w[inside].sum()
    assert scores.normalized_cut(bonds, labels) == pytest.approx(expected)


def test_normalized_cut_at_its_ends():
    bonds = graphs.affinity(graphs.pixel_graph(np.ones((4, 4))))
    assert scores.normalized_cut(bonds, np.zeros(16, int)) == 0
    assert scores.normalized_cut(bonds, np.indices((4, 4)).sum(axis=0) % 2) == pytest.approx(2)
    assert scores.normalized_cut(bonds, np.arange(16)) == pytest.approx(16)
    # An unused number is no region.
    halves = np.indices((4, 4))[0] // 2
    assert scores.normalized_cut(bonds, 3 * halves) == scores.normalized_cut(bonds, halves)


# errors

EVERY = [scores.adjusted_rand, scores.overlap_table, scores.matched_iou, scores.boundary_f1]


@pytest.mark.parametrize("score", EVERY)
def test_scores_say_what_is_wrong(score):
    labels = np.zeros((4, 6), int)
    with pytest.raises(ValueError, match=r"have \(4, 6\) and \(6, 4\) \(transposed\?\)"):
        score(labels, labels.T)
    with pytest.raises(ValueError, match=r"one shape; they have \(4, 6\) and \(5, 6\)$"):
        score(labels, np.zeros((5, 6), int))
    with pytest.raises(
        ValueError, match="truth must be a label map: whole numbers of any shape; got float64"
    ):
        score(labels / 2, labels)
    with pytest.raises(ValueError, match="labels must be a label map: .* float64"):
        score(labels, labels / 2)


def test_adjusted_rand_needs_some_truth():
    with pytest.raises(ValueError, match="truth must label at least one pixel; all are -1"):
        scores.adjusted_rand(np.full((2, 2), -1), np.zeros((2, 2), int))


def test_boundary_f1_refuses_a_negative_tolerance():
    with pytest.raises(
        ValueError, match="tolerance must be a number of pixels of 0 or more, got -1"
    ):
        scores.boundary_f1(squares(), squares(), -1)


@pytest.mark.parametrize("labels, message", [
    (np.zeros(15, int), "labels must have one value for each of the 16 nodes .* it has 15"),
    (np.arange(-1, 15), "labels must be 0 or more for every node: leave pixels with -1 out"),
])
def test_normalized_cut_says_what_is_wrong(labels, message):
    bonds = graphs.affinity(graphs.pixel_graph(np.ones((4, 4))))
    with pytest.raises(ValueError, match=message):
        scores.normalized_cut(bonds, labels)


def test_regions_that_lie_outside_the_truth_have_a_column():
    truth, labels = np.array([0, 0, -1, -1]), np.array([0, 0, 0, 2])
    assert scores.overlap_table(truth, labels).tolist() == [[2, 0, 0]]
    assert scores.matched_iou(truth, labels).tolist() == [2 / 3]


@pytest.mark.parametrize("seed", range(5))
def test_rand_from_a_table_is_the_adjusted_rand(seed):
    rng = np.random.default_rng(seed)
    truth, labels = rng.integers(0, 4, 200), rng.integers(0, 3 + seed, 200)
    found = scores.rand_from_table(scores.overlap_table(truth, labels))
    assert found == pytest.approx(scores.adjusted_rand(truth, labels), abs=1e-12)
    assert scores.rand_from_table([[7]]) == scores.rand_from_table([[1, 0], [0, 1]]) == 1


# numbers_like

def test_found_regions_take_the_numbers_of_what_they_find():
    truth = np.repeat([[-1, 0, 1, -1]], 4, axis=0)
    labels = np.repeat([[0, 3, 1, 2]], 4, axis=0)
    labels[0, 0] = 4  # a speck of the ground
    numbers = scores.numbers_like(truth, labels)
    assert numbers.tolist() == [3, 1, 4, 0, 2, -1]  # specks before larger leftovers
    assert scores.numbers_like(truth, numbers[labels]).tolist() == [0, 1, 2, 3, 4, -1]


def test_a_region_below_the_limit_finds_nothing_and_no_label_stays_none():
    truth = np.array([0, 0, 0, 0, 1, 1])
    labels = np.array([1, -1, -1, -1, 0, 0])  # IoU 0.25 and 1
    assert scores.numbers_like(truth, labels)[labels].tolist() == [2, -1, -1, -1, 1, 1]
    assert scores.numbers_like(truth, labels, least=0.2)[labels].tolist() == [0, -1, -1, -1, 1, 1]


@given(st.integers(0, 2 ** 31 - 1))
def test_new_numbers_keep_the_regions_and_their_scores(seed):
    rng = np.random.default_rng(seed)
    truth, labels = rng.integers(-1, 4, (2, 6, 7))
    anew = scores.numbers_like(truth, labels)[labels]
    used = np.unique(labels[labels >= 0])
    assert len(np.unique(anew[anew >= 0])) == len(used)
    assert ((anew < 0) == (labels < 0)).all()
    if (truth >= 0).any():
        assert scores.adjusted_rand(truth, anew) == scores.adjusted_rand(truth, labels)
        assert scores.matched_iou(truth, anew) == pytest.approx(scores.matched_iou(truth, labels))
