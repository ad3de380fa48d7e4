"""Tests of lessons_lib.spectral: the embedding, three ways to read labels off it, segment.

scikit-learn is the reference, through its public functions only.
"""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import linalg, sparse
from scipy.ndimage import gaussian_filter
from skimage.data import coins
from skimage.transform import rescale
from sklearn.cluster import KMeans, spectral_clustering
from sklearn.manifold import spectral_embedding
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_info, threadpool_limits

from lessons_lib import circles, graphs, regions, scores, spectral


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """scikit-learn's own k-means is many times slower with two threads on these problems."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def small_coins():
    """The coins at 20 %, as in scikit-learn's example."""
    return rescale(gaussian_filter(coins(), sigma=2), 0.2, mode="reflect", anti_aliasing=False)


@pytest.fixture(scope="module")
def coin_bonds(small_coins):
    return graphs.affinity(graphs.pixel_graph(small_coins), 10)


@pytest.fixture(scope="module")
def coin_vectors(coin_bonds):
    return spectral.embed(coin_bonds, 40).vectors


@pytest.fixture(scope="module")
def four_discs():
    """Bonds of the pixels of the four touching discs, and the truth."""
    scene = circles.make()
    bonds = graphs.affinity(graphs.pixel_graph(scene.image, scene.mask))
    return bonds, scene.truth[scene.mask]


def noise_bonds(shape, seed=0):
    image = np.random.default_rng(seed).random(shape)
    return graphs.affinity(graphs.pixel_graph(image), 2)


def degree_of(bonds):
    return np.asarray(bonds.sum(axis=1)).ravel()


def unit(vectors):
    """Columns of length 1, each with its largest entry positive."""
    vectors = vectors / np.linalg.norm(vectors, axis=0)
    top = np.abs(vectors).argmax(axis=0)
    return vectors * np.sign(vectors[top, np.arange(vectors.shape[1])])


# embed

def contracted_coins(coin_bonds, small_coins):
    return graphs.contract(coin_bonds, graphs.superpixels(small_coins, 400))


@pytest.mark.parametrize("which", ["coins", "discs", "superpixels", "tiny"])
def test_embedding_solves_the_eigenproblem(which, coin_bonds, small_coins, four_discs):
    bonds = {"coins": lambda: coin_bonds, "discs": lambda: four_discs[0],
             "superpixels": lambda: contracted_coins(coin_bonds, small_coins),
             "tiny": lambda: noise_bonds((5, 6))}[which]()
    values, vectors = spectral.embed(bonds, 20)
    degree = degree_of(bonds)
    assert vectors.shape == (len(degree), 20) and values.shape == (20,)

    # (D - W) v = value D v, against the size of D v.
    weighted = degree[:, None] * vectors
    residual = np.linalg.norm(weighted - bonds @ vectors - values * weighted, axis=0)
    assert (residual < 1e-10 * np.linalg.norm(weighted, axis=0)).all()
    assert np.allclose(vectors.T @ weighted, np.eye(20), atol=1e-10)  # D-orthonormal

    assert (np.diff(values) >= 0).all() and values[0] >= 0 and values[-1] <= 2
    assert values[0] < 1e-12 < 1e-8 < values[1]
    assert np.allclose(vectors[:, 0], 1 / np.sqrt(degree.sum()), rtol=1e-6)  # constant
    top = np.abs(vectors).argmax(axis=0)
    assert (vectors[top, np.arange(20)] > 0).all()


def test_no_smaller_eigenvalue_is_missed():
    bonds = noise_bonds((9, 10))
    laplacian, degree = graphs.normalized_laplacian(bonds)
    values, vectors = linalg.eigh(laplacian.toarray())
    sparse_path = spectral.embed(bonds, 30)
    assert np.allclose(sparse_path.values, values[:30], atol=1e-12)
    # Dense and sparse solvers give the same vectors.
    dense = vectors[:, :30] / np.sqrt(degree)[:, None]
    assert np.allclose(unit(sparse_path.vectors), unit(dense), atol=1e-8)


@pytest.mark.parametrize("shape", [(7, 7), (5, 10)])  # 49 nodes: dense; 50: sparse
def test_tiny_graphs_equal_scikit_learns(shape):
    bonds = noise_bonds(shape)
    theirs = spectral_embedding(bonds, n_components=12, drop_first=False, random_state=0)
    assert np.allclose(unit(spectral.embed(bonds, 12).vectors), unit(theirs), atol=1e-8)


@pytest.mark.parametrize("which", ["coins", "discs"])
def test_embedding_equals_scikit_learns(which, coin_bonds, four_discs):
    bonds, n = (coin_bonds, 29) if which == "coins" else (four_discs[0], 8)
    values, vectors = spectral.embed(bonds, n + 1)
    # The columns of a repeated eigenvalue could be mixed; here all differ, n + 1 included.
    assert (np.diff(values) > 1e-9).all()
    theirs = spectral_embedding(bonds, n_components=n, drop_first=False, eigen_solver="arpack",
                                random_state=0)
    ours = vectors[:, :n]
    assert np.allclose(unit(ours), unit(theirs), atol=1e-7)
    # The same scale for all columns, too: k-means depends on it.
    scale = np.linalg.norm(ours, axis=0) / np.linalg.norm(theirs, axis=0)
    assert np.allclose(scale, scale[0], rtol=1e-8)


def test_first_columns_do_not_depend_on_how_many_are_computed(coin_bonds, coin_vectors):
    for n_vectors in (3, 12, 29):
        fewer = spectral.embed(coin_bonds, n_vectors).vectors
        assert np.allclose(fewer, coin_vectors[:, :n_vectors], rtol=0,
                           atol=1e-7 * np.abs(coin_vectors).max())


def test_seed_matters_only_by_rounding(coin_bonds):
    one, other = (spectral.embed(coin_bonds, 5, seed=seed).vectors for seed in (0, 1))
    assert np.array_equal(one, spectral.embed(coin_bonds, 5, seed=0).vectors)
    assert np.allclose(one, other, rtol=0, atol=1e-7 * np.abs(one).max())


def test_tol_is_the_relative_accuracy_of_the_eigenvalues(coin_bonds):
    exact, rough = (spectral.embed(coin_bonds, 10, tol=tol).values for tol in (0, 1e-3))
    assert np.allclose(rough[1:] + 1e-4, exact[1:] + 1e-4, rtol=1e-3)


@pytest.mark.parametrize("radius", [2.1, 9])  # few nodes: dense; many: sparse
def test_disconnected_graphs_have_a_zero_for_each_piece(radius):
    scene = circles.make([(10, 10), (10, 35), (40, 22)], [radius] * 3, size=60)
    bonds = graphs.affinity(graphs.pixel_graph(scene.image, scene.mask), 2)
    assert (bonds.shape[0] < 50) == (radius == 2.1)
    values, vectors = spectral.embed(bonds, 4)
    assert (values[:3] < 1e-12).all() and values[3] > 1e-4
    truth = scene.truth[scene.mask]
    for label in range(3):  # any mixture of constants is constant on each piece
        rows = vectors[truth == label, :3]
        assert np.ptp(rows, axis=0).max() < 1e-8 * np.abs(vectors).max()
    for method in spectral.METHODS:
        assert scores.adjusted_rand(truth, spectral.assign(vectors, 3, method)) == 1


def test_n_vectors_is_cut_to_what_the_graph_has():
    for shape in ((2, 3), (6, 10)):
        bonds = noise_bonds(shape)
        assert spectral.embed(bonds, 100).vectors.shape == (bonds.shape[0], bonds.shape[0] - 1)


@pytest.mark.parametrize("n_vectors", [0, -1, 1.5, np.nan, np.inf])
def test_embed_says_what_is_wrong_with_n_vectors(n_vectors):
    with pytest.raises(ValueError, match="n_vectors must be a whole number of 1 or more, got"):
        spectral.embed(noise_bonds((3, 3)), n_vectors)


def test_embed_wants_two_nodes():
    with pytest.raises(ValueError, match="affinity must have at least 2 nodes"):
        spectral.embed(sparse.csr_matrix([[1.0]]))


def test_cut_by_sign():
    scene = circles.pair()
    bonds = graphs.affinity(graphs.pixel_graph(scene.image, scene.mask))
    labels = spectral.cut_by_sign(spectral.embed(bonds, 2).vectors)
    assert labels.dtype == np.int32
    assert scores.adjusted_rand(scene.truth[scene.mask], labels) > 0.98
    by_hand = np.array([[9.0, -0.5, 1], [9, 0, -1], [-9, 0.5, 1]])
    assert spectral.cut_by_sign(by_hand).tolist() == [0, 1, 1]
    for vectors in (by_hand[:, :1], by_hand[0]):
        with pytest.raises(ValueError, match="vectors must have at least 2 columns"):
            spectral.cut_by_sign(vectors)


# cluster_qr and discretize

@pytest.mark.parametrize("which", ["coins", "discs"])
@pytest.mark.parametrize("seed", [0, 1])
def test_cluster_qr_equals_scikit_learns(which, seed, coin_bonds, four_discs):
    bonds, k = (coin_bonds, 29) if which == "coins" else (four_discs[0], 4)
    theirs = spectral_clustering(bonds, n_clusters=k, assign_labels="cluster_qr",
                                 eigen_solver="arpack", random_state=seed)
    vectors = spectral_embedding(bonds, n_components=k, drop_first=False, eigen_solver="arpack",
                                 random_state=np.random.RandomState(seed))
    assert np.array_equal(spectral.cluster_qr(vectors), theirs)
    assert len(np.unique(theirs)) == k


@pytest.mark.parametrize("which", ["coins", "discs"])
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_discretize_equals_scikit_learns(which, seed, coin_bonds, four_discs):
    bonds, k = (coin_bonds, 29) if which == "coins" else (four_discs[0], 4)
    theirs = spectral_clustering(bonds, n_clusters=k, assign_labels="discretize",
                                 eigen_solver="arpack", random_state=seed)
    # scikit-learn draws the solver's start, then the first row, from one generator.
    random_state = np.random.RandomState(seed)
    vectors = spectral_embedding(bonds, n_components=k, drop_first=False, eigen_solver="arpack",
                                 random_state=random_state)
    start = random_state.randint(bonds.shape[0])
    # It stops after 20 turns, ours by default after 30.
    assert np.array_equal(spectral.discretize(vectors, start=start), theirs)


@st.composite
def turned_partitions(draw):
    """Labels, and an embedding that holds one direction for each, in any orientation."""
    k = draw(st.integers(1, 5))
    labels = np.array([*range(k), *draw(st.lists(st.integers(0, k - 1), max_size=30))])
    rng = np.random.default_rng(draw(st.integers(0, 10 ** 6)))
    rotation = linalg.qr(rng.standard_normal((k, k)))[0]
    # As in an embedding, small pieces lie farther out.
    lengths = 1 / np.sqrt(np.bincount(labels))
    return labels, (np.eye(k) * lengths)[labels] @ rotation


@given(turned_partitions(), st.integers(0, 99))
def test_perfect_embeddings_give_perfect_labels(case, seed):
    truth, vectors = case
    k = vectors.shape[1]
    for labels in (spectral.cluster_qr(vectors), spectral.discretize(vectors, seed=seed),
                   *(spectral.assign(vectors, k, method) for method in spectral.METHODS)):
        assert labels.dtype == np.int32
        assert labels.min() >= 0 and labels.max() < k
        assert np.array_equal(regions.number_in_reading_order(labels), truth_order(truth))


def truth_order(truth):
    return np.unique(truth, return_index=True)[1].argsort().argsort()[truth]


def test_discretize_depends_on_its_first_row_only(coin_vectors):
    vectors = coin_vectors[:, :29]
    labels = [spectral.discretize(vectors, seed=seed) for seed in range(6)]
    assert np.array_equal(labels[0], spectral.discretize(vectors, seed=0))
    assert min(adjusted_rand_score(labels[0], other) for other in labels[1:]) < 0.8  # the catch
    start = int(np.random.default_rng(2).integers(len(vectors)))
    assert np.array_equal(spectral.discretize(vectors, start=start, seed=5), labels[2])


# assign

def inertia(vectors, labels):
    return sum(((group - group.mean(axis=0)) ** 2).sum()
               for group in (vectors[labels == label] for label in np.unique(labels)))


def test_one_kmeans_run_is_as_good_as_ten(coin_vectors):
    vectors = coin_vectors[:, :29]
    labels = spectral.assign(coin_vectors, 29)
    assert len(np.unique(labels)) == 29
    for seed in range(3):
        theirs = KMeans(29, n_init=10, random_state=seed).fit(vectors)
        assert inertia(vectors, theirs.labels_) == pytest.approx(theirs.inertia_, rel=1e-6)
        assert inertia(vectors, labels) <= theirs.inertia_ * (1 + 1e-4)


def test_labels_are_those_of_the_tutorial(coin_bonds, coin_vectors):
    # scikit-learn 1.6 ends in another minimum from 42, and in this one from 0.
    tutorials = [
        spectral_clustering(
            coin_bonds, n_clusters=29, eigen_tol=1e-7, assign_labels="kmeans", random_state=seed
        )
        for seed in (42, 0)
    ]
    ours = spectral.assign(coin_vectors, 29)
    assert max(adjusted_rand_score(tutorial, ours) for tutorial in tutorials) >= 0.99


@pytest.mark.parametrize("method", spectral.METHODS)
def test_assign_uses_the_first_k_columns(method, coin_vectors):
    for k in (1, 2, 7):
        labels = spectral.assign(coin_vectors, k, method, seed=3)
        assert labels.shape == (len(coin_vectors),) and labels.dtype == np.int32
        assert labels.min() == 0 and labels.max() < k
        assert np.array_equal(labels, spectral.assign(coin_vectors[:, :k], k, method, seed=3))


def test_only_discretize_uses_the_seed(coin_vectors):
    for method in spectral.METHODS:
        one, other = (spectral.assign(coin_vectors, 29, method, seed=s) for s in (0, 1))
        assert np.array_equal(one, other) == (method != "discretize")


@pytest.mark.parametrize("k, method, message", [
    (0, "kmeans", r"k must be a whole number from 1 to 5, the number of eigenvectors; got 0"),
    (6, "kmeans", "k must be a whole number from 1 to 5"),
    (2.5, "kmeans", "k must be a whole number .* got 2.5"),
    (np.nan, "kmeans", "k must be a whole number .* got nan"),
    (2, "k-means", "method must be one of kmeans, discretize, cluster_qr; got 'k-means'"),
    (2, None, "method must be one of"),
])
def test_assign_says_what_is_wrong(k, method, message, coin_vectors):
    with pytest.raises(ValueError, match=message):
        spectral.assign(coin_vectors[:, :5], k, method)


def threads():
    return {lib["filepath"]: lib["num_threads"] for lib in threadpool_info()}


def test_one_thread_inside_and_no_limit_left_behind(monkeypatch, coin_bonds):
    inside = []
    fit = KMeans.fit

    def watched(self, *args, **kwargs):
        inside.append(threads())
        return fit(self, *args, **kwargs)

    monkeypatch.setattr(KMeans, "fit", watched)
    with threadpool_limits(2):
        before = threads()
        assert set(before.values()) == {2}
        vectors = spectral.embed(coin_bonds, 8).vectors
        spectral.assign(vectors, 8)
        assert threads() == before
        monkeypatch.setattr(spectral, "cluster_qr", lambda vectors: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            spectral.assign(vectors, 8)
        assert threads() == before
    assert [set(counts.values()) for counts in inside] == [{1}]


# segment

@pytest.mark.parametrize("method", spectral.METHODS)
def test_segment_finds_the_four_discs(method):
    scene = circles.make()
    labels = spectral.segment(scene.image, 4, mask=scene.mask, method=method).labels
    assert labels.shape == scene.image.shape and labels.dtype == np.int32
    assert np.array_equal(labels >= 0, scene.mask)
    assert np.array_equal(labels, regions.number_in_reading_order(labels))
    assert np.unique(labels).tolist() == [-1, 0, 1, 2, 3]
    assert scores.adjusted_rand(scene.truth, labels) > 0.93


def test_segment_is_its_four_steps(small_coins):
    labels = spectral.segment(small_coins, 9, beta=5, eps=1e-5, method="discretize", seed=4).labels
    bonds = graphs.affinity(graphs.pixel_graph(small_coins), 5, 1e-5)
    steps = spectral.assign(spectral.embed(bonds, 9, seed=4).vectors, 9, "discretize", seed=4)
    assert np.array_equal(labels, regions.number_in_reading_order(steps).reshape(labels.shape))
    # Computing more eigenvectors changes nothing.
    more = spectral.segment(small_coins, 9, beta=5, n_vectors=30).labels
    assert np.array_equal(more, spectral.segment(small_coins, 9, beta=5).labels)


def test_whole_numbers_as_grey_values_and_lists(small_coins):
    grey = (255 * small_coins).astype(np.uint8)[:30, :30]
    assert np.array_equal(
        spectral.segment(grey, 4).labels, spectral.segment(grey.astype(float), 4).labels
    )
    assert np.array_equal(
        spectral.segment(grey.tolist(), 4).labels, spectral.segment(grey, 4).labels
    )


def test_beta_zero_sees_the_shape_only():
    mask = np.zeros((20, 40), bool)
    mask[:, :18] = mask[:, 22:] = mask[9:11] = True  # two squares and a neck
    image = np.random.default_rng(0).random(mask.shape)
    labels = spectral.segment(image, 2, mask=mask, beta=0).labels
    assert (labels[:, :18] == 0).all() and (labels[:, 22:] == 1).all()


@pytest.mark.parametrize("method", spectral.METHODS)
def test_one_region(method, small_coins):
    assert (spectral.segment(small_coins, 1, method=method).labels == 0).all()
    ring = np.ones((6, 6), bool)
    ring[2:4, 2:4] = False
    labels = spectral.segment(np.ones((6, 6)), 1, mask=ring, method=method).labels
    assert np.array_equal(labels, np.where(ring, 0, -1))


def test_superpixels():
    image = coins()
    labels = spectral.segment(image, 20, beta=10, n_superpixels=1500).labels
    assert labels.shape == image.shape and labels.dtype == np.int32
    assert np.array_equal(labels, regions.number_in_reading_order(labels))
    assert np.array_equal(np.unique(labels), np.arange(20))
    # Each superpixel has one label.
    pieces = graphs.superpixels((image - image.min()) / np.ptp(image), 1500)
    assert ((scores.overlap_table(pieces, labels) > 0).sum(axis=1) == 1).all()
    # In other units: the same regions.
    assert np.array_equal(
        labels, spectral.segment(image / 256, 20, beta=10, n_superpixels=1500).labels
    )


def test_superpixels_of_a_flat_picture():
    with pytest.warns(UserWarning, match="does not decide"):
        labels = spectral.segment(np.full((20, 20), 7), 2, n_superpixels=16).labels
    assert np.unique(labels).tolist() == [0, 1]


@pytest.mark.parametrize("options, message", [
    ({"k": 0}, "k must be a whole number of 1 or more, got 0"),
    ({"k": 2.5}, "k must be a whole number of 1 or more, got 2.5"),
    ({"k": np.nan}, "k must be a whole number of 1 or more, got nan"),
    ({"k": 200}, r"k must be a whole number from 1 to 143, the number of eigenvectors"),
    ({"k": 5, "n_vectors": 4}, "k must be a whole number from 1 to 4"),
    ({"n_vectors": 2.5}, "n_vectors must be a whole number"),
    ({"method": "ward"}, "method must be one of"),
    ({"mask": np.ones((12, 12), bool), "n_superpixels": 9}, "n_superpixels cannot be combined"),
    ({"mask": np.ones((3, 3), bool)}, "mask must be True and False of the shape of image"),
    ({"n_superpixels": 1}, "n_segments must be a whole number from 2 to 144"),
    ({"beta": -1}, "beta must be a number of 0 or more"),
    ({"eps": -1}, "eps must be a number of 0 or more"),
    ({"mask": np.indices((12, 12)).sum(axis=0) % 2 == 0}, "affinity must give every node a bond"),
])
def test_segment_says_what_is_wrong(options, message):
    image = np.random.default_rng(0).random((12, 12))
    with pytest.raises(ValueError, match=message):
        spectral.segment(image, **{"k": 2, **options}).labels


# What the picture does not decide

def separate_discs(n=5):
    rows, columns = np.indices((30, 20 * n))
    return (rows - 15) ** 2 + (columns % 20 - 10) ** 2 < 60


FLAT = {"square": np.ones((20, 20)), "row": np.ones((8, 8)), "small": np.ones((5, 5))}


@pytest.mark.parametrize("name", FLAT)
def test_a_flat_square_is_cut_alike_for_every_seed_and_it_is_said(name):
    maps = []
    for seed in range(4):
        with pytest.warns(UserWarning, match="does not decide between cuts into k=2 regions"):
            maps.append(spectral.segment(FLAT[name], 2, seed=seed).labels)
    assert all(np.array_equal(maps[0], one) for one in maps)
    assert np.bincount(maps[0].ravel()).min() > 0.4 * maps[0].size


@pytest.mark.parametrize("k", [2, 3, 4])
def test_separate_pieces_are_joined_alike_for_every_seed_and_it_is_said(k):
    mask = separate_discs()
    image = np.random.default_rng(0).normal(1, 0.1, mask.shape)
    maps = []
    for seed in range(4):
        with pytest.warns(UserWarning, match=f"does not decide between cuts into k={k} regions"):
            maps.append(spectral.segment(image, k, mask=mask, seed=seed).labels)
    assert all(np.array_equal(maps[0], one) for one in maps)
    # No piece is torn: they are joined as they are.
    pieces = regions.connected(np.where(mask, 0, -1)).labels
    for piece in range(5):
        assert len(np.unique(maps[0][pieces == piece])) == 1


def test_as_many_regions_as_pieces_are_decided():
    mask = separate_discs()
    image = np.random.default_rng(0).normal(1, 0.1, mask.shape)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        labels = spectral.segment(image, 5, mask=mask).labels
    assert np.array_equal(labels, regions.connected(np.where(mask, 0, -1)).labels)


@pytest.mark.parametrize("shape", [(20, 20), (12, 12), (6, 6)])
def test_vectors_of_equal_values_are_those_of_the_laplacian_and_do_not_turn(shape):
    bonds = graphs.affinity(graphs.pixel_graph(np.ones(shape)))
    laplacian, degree = graphs.normalized_laplacian(bonds)
    first = spectral.embed(bonds, 6)
    for seed in range(1, 4):
        other = spectral.embed(bonds, 6, seed=seed)
        assert np.abs(other.vectors - first.vectors).max() < 1e-7
    own = first.vectors * np.sqrt(degree)[:, None]
    assert np.abs(laplacian @ own - own * first.values).max() < 1e-8
    assert np.abs(own.T @ own - np.eye(6)).max() < 1e-8


def test_the_pixels_that_a_masked_array_hides_are_left_out():
    image = np.random.default_rng(1).normal(size=(12, 12))
    hidden = np.zeros((12, 12), bool)
    hidden[:4] = True
    masked = np.ma.masked_array(np.where(hidden, -9999, image), hidden)
    found = spectral.segment(masked, 3).labels
    assert (found[hidden] == -1).all()
    assert np.array_equal(found, spectral.segment(image, 3, mask=~hidden).labels)


@pytest.mark.parametrize("dtype", ["int16", "uint16", "int8", "float32"])
def test_the_range_of_a_type_does_not_wrap(dtype):
    values = np.random.default_rng(2).normal(size=(30, 30)).cumsum(axis=0).cumsum(axis=1)
    values = (values - values.min()) / np.ptp(values)
    if np.dtype(dtype).kind in "iu":
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
        values = np.round(low + values * (float(high) - low))
    given = values.astype(dtype)
    one = spectral.segment(given, 4, n_superpixels=200).labels
    assert np.array_equal(one, spectral.segment(given.astype(float), 4, n_superpixels=200).labels)


def test_unlike_rows_are_those_that_cluster_qr_lays_axes_through():
    points = np.array([[3.0, 0.1], [2.9, 0], [0.1, 2.0], [0, 1.9], [2.5, 0.2]])
    rows, axes = spectral.unlike_rows(points)
    assert rows.tolist() == [0, 2]
    assert np.allclose(axes.T @ axes, np.eye(2))
    assert spectral.cluster_qr(points).tolist() == [0, 0, 1, 1, 0]
    assert (np.abs(points[rows] @ axes).argmax(axis=1) == [0, 1]).all()
