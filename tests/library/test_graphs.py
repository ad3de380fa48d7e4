"""Tests of lessons_lib.graphs: pixels, bonds, the Laplacian, superpixels, contraction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse
from scipy.sparse import csgraph
from skimage.data import coins
from sklearn.feature_extraction.image import img_to_graph

from lessons_lib import circles, graphs, regions, scores

IMAGE = np.random.default_rng(0).random((7, 9))
MASK = np.random.default_rng(1).random((7, 9)) < 0.8

images = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=7),
                    elements=st.integers(0, 255))


def bonds_of(image, **options):
    return graphs.affinity(graphs.pixel_graph(image), **options)


# pixel_graph

@given(images, st.randoms(use_true_random=False))
def test_pixel_graph_equals_scikit_learns(image, random):
    mask = np.array([random.random() < 0.7 for _ in range(image.size)]).reshape(image.shape)
    mask[0, :2] = True
    for m in (None, mask):
        ours, theirs = graphs.pixel_graph(image, m), img_to_graph(image.astype(float), mask=m)
        assert ours.format == "csr" and ours.dtype == np.float64
        assert np.array_equal(ours.toarray(), theirs.toarray())
        # Also where the difference is 0: the zeros are stored, and count in affinity's std.
        assert ours.nnz == theirs.nnz


def test_pixel_graph_by_hand():
    graph = graphs.pixel_graph([[1, 4], [6, 2]]).toarray()
    assert np.array_equal(graph, [[1, 3, 5, 0], [3, 4, 0, 2], [5, 0, 6, 4], [0, 2, 4, 2]])
    # Without the last pixel; nodes are in reading order.
    graph = graphs.pixel_graph([[1, 4], [6, 2]], [[True, True], [True, False]]).toarray()
    assert np.array_equal(graph, [[1, 3, 5], [3, 4, 0], [5, 0, 6]])


def test_unsigned_grey_values_do_not_wrap_around():
    image = np.array([[0, 200]], dtype=np.uint8)
    assert graphs.pixel_graph(image)[0, 1] == graphs.pixel_graph(image)[1, 0] == 200


def test_what_lies_outside_the_mask_may_be_anything():
    broken = np.where(MASK, IMAGE, np.nan)
    assert np.array_equal(graphs.pixel_graph(broken, MASK).toarray(),
                          graphs.pixel_graph(IMAGE, MASK).toarray())


@pytest.mark.parametrize(
    "image, mask, message",
    [
        (np.zeros((4, 5, 3)), None, r"image must be a grey picture .* \(4, 5, 3\); images.gray"),
        (np.zeros(5), None, "image must be a grey picture"),
        (
            IMAGE,
            MASK.T,
            r"mask must be True and False of the shape of image, \(7, 9\); it is bool of shape "
            r"\(9, 7\)",
        ),
        (np.where(MASK, IMAGE, np.nan), None, "image must hold finite numbers only"),
        (np.full((3, 3), np.inf), None, "image must hold finite numbers only"),
        (IMAGE, np.zeros((7, 9), bool), r"image \(inside mask\) must have at least 2 pixels"),
        ([[3]], None, "must have at least 2 pixels"),
    ],
)
def test_pixel_graph_says_what_is_wrong(image, mask, message):
    with pytest.raises(ValueError, match=message):
        graphs.pixel_graph(image, mask)


# affinity

@pytest.mark.parametrize("mask", [None, MASK])
@pytest.mark.parametrize("beta, eps", [(1, 1e-6), (10, 1e-6), (0, 0), (0.5, 0.1), (30, 1e-6)])
def test_affinity_is_the_tutorials_formula(mask, beta, eps):
    graph = graphs.pixel_graph(IMAGE, mask)
    before = graph.copy()
    bonds = graphs.affinity(graph, beta, eps)
    assert (graph != before).nnz == 0  # the input is left as it was

    tutorial = img_to_graph(IMAGE, mask=mask)
    tutorial.data = np.exp(-beta * tutorial.data / tutorial.data.std()) + eps
    expected = tutorial.toarray()
    np.fill_diagonal(expected, 0)
    assert bonds.format == "csr"
    assert np.allclose(bonds.toarray(), expected, rtol=1e-12, atol=0)
    assert np.array_equal(bonds.diagonal(), np.zeros(graph.shape[0]))
    assert (bonds != bonds.T).nnz == 0


def test_beta_zero_forgets_the_picture():
    assert np.array_equal(bonds_of(IMAGE, beta=0).toarray(),
                          bonds_of(np.ones((7, 9)), beta=0).toarray())


def test_a_flat_picture_has_equal_bonds():
    for level in (0, 5):
        bonds = bonds_of(np.full((3, 4), level), beta=10)
        assert np.unique(bonds.data[bonds.data > 0]).tolist() == [1 + 1e-6]


@pytest.mark.parametrize("options, message", [
    ({"beta": -1}, "beta must be a number of 0 or more, got -1"),
    ({"beta": np.nan}, "beta must be a number"),
    ({"beta": np.inf}, "beta must be a number"),
    ({"eps": -1e-9}, "eps must be a number of 0 or more, got -1e-09"),
    ({"eps": np.inf}, "eps must be a number"),
    ({"beta": 1e6, "eps": 0}, r"beta = 1000000.0 makes some bonds exactly 0; lower beta .* eps"),
])
def test_affinity_says_what_is_wrong(options, message):
    with pytest.raises(ValueError, match=message):
        bonds_of(IMAGE, **options)


# normalized_laplacian

@pytest.mark.parametrize("mask", [None, circles.pair(size=90).mask])
def test_laplacian_equals_scipys_where_there_is_no_diagonal(mask):
    image = circles.pair(size=90).image
    bonds = graphs.affinity(graphs.pixel_graph(image, mask), 3)
    laplacian, degree = graphs.normalized_laplacian(bonds)
    theirs, root = csgraph.laplacian(bonds, normed=True, return_diag=True)
    assert abs(laplacian - theirs).max() < 1e-14
    assert np.allclose(np.sqrt(degree), root, rtol=1e-14)


def test_self_loops_count():
    bonds = bonds_of(IMAGE, beta=3)
    segments = regions.number_in_reading_order(np.indices(IMAGE.shape)[1] // 2)
    small = graphs.contract(bonds, segments)
    laplacian, degree = graphs.normalized_laplacian(small)
    # The volume of a segment is that of its pixels, and constant per sqrt(degree) is level 0.
    pixel_degree = np.asarray(bonds.sum(axis=1)).ravel()
    assert np.allclose(degree, np.bincount(segments.ravel(), weights=pixel_degree), rtol=1e-13)
    assert np.abs(laplacian @ np.sqrt(degree)).max() < 1e-14
    assert np.linalg.eigvalsh(laplacian.toarray())[0] == pytest.approx(0, abs=1e-14)
    # SciPy drops the self-loops, so its volumes and its matrix are others.
    theirs, root = csgraph.laplacian(small, normed=True, return_diag=True)
    assert (degree > 1.5 * root ** 2).all()
    assert abs(laplacian - theirs).max() > 0.1


def test_laplacian_names_a_lone_node():
    mask = np.zeros((7, 9), bool)
    mask[0, :3] = mask[4, 4] = True
    bonds = graphs.affinity(graphs.pixel_graph(IMAGE, mask))
    with pytest.raises(ValueError, match="affinity must give every node a bond; node 3 has none"):
        graphs.normalized_laplacian(bonds)


# contract

@st.composite
def cut_pictures(draw):
    """Bonds of a picture, its segments (none empty), and a region for each segment."""
    image = draw(images)
    numbers = draw(hnp.arrays(int, image.shape, elements=st.integers(0, 6)))
    segments = np.unique(numbers, return_inverse=True)[1].reshape(image.shape)
    groups = draw(hnp.arrays(int, int(segments.max()) + 1, elements=st.integers(0, 2)))
    return bonds_of(image, beta=draw(st.floats(0, 10))), segments, groups


@given(cut_pictures())
def test_contract_keeps_volumes_and_cuts_of_any_union_of_segments(case):
    bonds, segments, groups = case
    small = graphs.contract(bonds, segments)
    assert small.format == "csr" and small.shape == (segments.max() + 1,) * 2

    member = (segments.ravel()[:, None] == np.arange(segments.max() + 1)).astype(float)
    assert np.allclose(small.toarray(), member.T @ bonds.toarray() @ member, rtol=1e-12, atol=0)

    volume = np.asarray(bonds.sum(axis=1)).ravel()
    small_volume = np.asarray(small.sum(axis=1)).ravel()
    assert np.allclose(small_volume, np.bincount(segments.ravel(), weights=volume), rtol=1e-12)
    assert scores.normalized_cut(small, groups) == pytest.approx(
        scores.normalized_cut(bonds, groups[segments]), rel=1e-12, abs=1e-15)


def test_contract_by_hand():
    # A chain of four pixels with bonds 1, 2, 3; the middle two become one.
    bonds = sparse.diags([[1.0, 2.0, 3.0]] * 2, [-1, 1])
    assert np.array_equal(graphs.contract(bonds, [0, 1, 1, 2]).toarray(),
                          [[0, 1, 0], [1, 4, 3], [0, 3, 0]])


def test_contract_by_one_pixel_each_changes_nothing():
    bonds = bonds_of(IMAGE)
    same = graphs.contract(bonds, np.arange(63).reshape(7, 9))
    assert np.array_equal(same.toarray(), bonds.toarray())


@pytest.mark.parametrize("segments, message", [
    (np.zeros((7, 8), int), "segments must have one value for each of the 63 nodes .* it has 56"),
    (np.arange(-1, 62), "segments must have a label for every node; some have -1"),
])
def test_contract_says_what_is_wrong(segments, message):
    with pytest.raises(ValueError, match=message):
        graphs.contract(bonds_of(IMAGE), segments)


# superpixels

@pytest.mark.parametrize("n_segments", [30, 300])
def test_superpixels_have_no_gaps_and_reading_order(n_segments):
    image = coins()[::3, ::3] / 255
    pieces = graphs.superpixels(image, n_segments)
    assert pieces.shape == image.shape and pieces.dtype == np.int32
    count = pieces.max() + 1
    assert np.array_equal(np.unique(pieces), np.arange(count))
    assert 0.6 * n_segments <= count <= 1.1 * n_segments
    first = [np.flatnonzero(pieces.ravel() == label)[0] for label in range(count)]
    assert first == sorted(first)
    assert np.array_equal(graphs.superpixels(image, n_segments), pieces)


def test_superpixels_are_renumbered_whatever_slic_returns(monkeypatch):
    pieces = np.array([[5, 5], [9, 2]])
    monkeypatch.setattr("skimage.segmentation.slic", lambda *args, **kwargs: pieces)
    assert graphs.superpixels(np.zeros((2, 2)), 2).tolist() == [[0, 0], [1, 2]]


def test_small_compactness_follows_edges():
    scene = circles.make(noise=0)
    image = scene.image - 1

    def impurity(compactness):
        pieces = graphs.superpixels(image, 100, compactness=compactness)
        inside = np.bincount(pieces.ravel(), weights=scene.mask.ravel())
        outside = np.bincount(pieces.ravel(), weights=~scene.mask.ravel())
        return np.minimum(inside, outside).sum() / image.size

    assert impurity(0.01) < 0.01 < 0.04 < impurity(100)


@pytest.mark.parametrize("image, n_segments, message", [
    (np.zeros((4, 5, 3)), 5, r"image must be grey, of shape \(rows, columns\).*\(4, 5, 3\)"),
    (IMAGE, 1, "n_segments must be a whole number from 2 to 63, the number of pixels; got 1"),
    (IMAGE, 64, "n_segments must be a whole number from 2 to 63, the number of pixels; got 64"),
    (IMAGE, np.nan, "n_segments must be a whole number from 2"),
])
def test_superpixels_say_what_is_wrong(image, n_segments, message):
    with pytest.raises(ValueError, match=message):
        graphs.superpixels(image, n_segments)


# two triangles, and numbers on nodes

def test_two_triangles_and_their_weak_bond():
    bonds = graphs.two_triangles(0.25)
    assert np.array_equal(bonds, bonds.T) and np.diag(bonds).sum() == 0
    assert bonds.sum(axis=1).tolist() == [2, 2, 2.25, 2.25, 2, 2] and bonds[2, 3] == 0.25
    for weak in (0, -1, np.nan):
        with pytest.raises(ValueError, match="weak must be a bond above 0"):
            graphs.two_triangles(weak)


@pytest.mark.parametrize("values", [[1, 2, 3], [True, False, False], [-5.0, 1e6, 2]])
def test_balanced_numbers_keep_both_rules(values):
    volumes = np.array([1.0, 2.0, 0.5])
    v = graphs.balance(values, volumes)
    assert (volumes * v).sum() == pytest.approx(0, abs=1e-12)
    assert (volumes * v ** 2).sum() == pytest.approx(1)
    assert np.allclose(graphs.balance(3 * v + 7, volumes), v)  # shifted and stretched


def test_equal_numbers_cannot_be_balanced():
    with pytest.raises(ValueError, match="values must not all be equal"):
        graphs.balance([2, 2, 2], [1, 1, 1])
    with pytest.raises(ValueError, match="values must have one number for each of the 3 nodes"):
        graphs.balance([1, 2], [1, 1, 1])
