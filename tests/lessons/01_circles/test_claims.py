"""What lesson 01 says, measured again in another way and with other seeds."""

import itertools
import warnings

import numpy as np
import pytest
from scipy import linalg, ndimage, sparse
from skimage.feature import peak_local_max
from skimage.segmentation import watershed
from sklearn.cluster import spectral_clustering
from sklearn.feature_extraction.image import img_to_graph

from lessons_lib import circles, graphs, scores, spectral
from lessons_lib.exercises import circles as check


def bonds_of(scene, beta=1.0, eps=1e-6):
    return graphs.affinity(graphs.pixel_graph(scene.image, scene.mask), beta, eps)


def ncut(bonds, labels):
    """The normalised cut, from its formula."""
    bonds = bonds.tocsr()
    total = 0.0
    for label in np.unique(labels):
        inside = labels == label
        volume = bonds[inside].sum()
        total += (volume - bonds[inside][:, inside].sum()) / volume
    return total


def found(scene, k, beta=1.0):
    return spectral.segment(scene.image, k, mask=scene.mask, beta=beta).labels


def ari(scene, labels):
    return scores.adjusted_rand(scene.truth, labels)


def forgotten(scene, k=4):
    """The differences themselves as bonds."""
    labels = np.full(scene.mask.shape, -1)
    differences = img_to_graph(scene.image, mask=scene.mask)
    labels[scene.mask] = spectral_clustering(differences, n_clusters=k, eigen_solver="arpack",
                                             random_state=0)
    return labels


# Can a threshold do it? What is a graph of pixels?

@pytest.mark.parametrize("seed", range(4))
def test_a_threshold_leaves_one_blob_and_specks(seed):
    scene = circles.make(seed=seed)
    assert ndimage.label(scene.mask)[1] == 1
    parts, n = ndimage.label(scene.image > 1.5)
    areas = np.sort(np.bincount(parts.ravel())[1:])[::-1]
    assert n > 20 and areas[0] > 0.98 * scene.mask.sum() and areas[1:].max() <= 3


def test_nodes_edges_and_differences():
    scene = circles.make(size=60, centers=[(25, 20), (30, 38)], radii=[12, 9])
    graph = graphs.pixel_graph(scene.image, scene.mask).toarray()
    pixels = [tuple(p) for p in np.argwhere(scene.mask)]
    expected = np.zeros_like(graph)
    for i, j in itertools.product(range(len(pixels)), repeat=2):
        (r, c), (s, d) = pixels[i], pixels[j]
        if abs(r - s) + abs(c - d) == 1:
            expected[i, j] = abs(scene.image[r, c] - scene.image[s, d])
    assert np.allclose(graph - np.diag(np.diag(graph)), expected)
    # In practice: the diagonal holds the grey values.
    assert np.allclose(np.diag(graph), scene.image[scene.mask])


# How does a difference become a bond?

def test_contrast_leaves_the_bonds_alone_but_an_added_constant_does_not():
    scene = circles.make()
    plain, double, brighter = (
        graphs.affinity(graphs.pixel_graph(image, scene.mask), 1.0)
        for image in (scene.image, 2 * scene.image, scene.image + 1))
    assert np.allclose(plain.data, double.data)
    assert abs(plain - brighter).max() > 0.1
    plain, brighter = (graphs.affinity(graphs.pixel_graph(image, scene.mask), 0.0)
                       for image in (scene.image, scene.image + 1))
    assert np.array_equal(plain.data, brighter.data)
    off_diagonal = plain.tocoo()
    assert len(np.unique(off_diagonal.data[off_diagonal.row != off_diagonal.col])) == 1


# Which cut is a good cut?

@pytest.mark.parametrize("seed", range(3))
def test_a_lone_pixel_has_a_normalised_cut_of_one(seed):
    scene = circles.pair(seed=seed)
    bonds = bonds_of(scene)
    rows, columns = np.nonzero(scene.mask)
    n = len(rows)
    for pixel in np.random.default_rng(seed).integers(n, size=20):
        assert bonds[[pixel]].nnz <= 4 + 1  # four bonds at most; the diagonal is stored, and 0
        assert ncut(bonds, np.arange(n) == pixel) == pytest.approx(1, abs=0.002)
    across, neck = ncut(bonds, rows >= 50), ncut(bonds, columns >= 50)
    assert neck < across / 3 and across < 0.1
    assert ncut(bonds, columns >= 50) == pytest.approx(
        scores.normalized_cut(bonds, (columns >= 50).astype(int)))


def test_the_eigenvector_cut_beside_all_cuts():
    """Two blocks of six pixels: 2,047 ways to cut them in two, all of them tried."""
    image = np.zeros((2, 6))
    image[:, 3:] = 0.5
    image += 0.1 * np.random.default_rng(0).standard_normal(image.shape)
    bonds = graphs.affinity(graphs.pixel_graph(image), 2.0)
    ways = [np.array((0, *bits)) for bits in itertools.product((0, 1), repeat=11) if any(bits)]
    assert len(ways) == 2 ** 11 - 1
    cuts = [ncut(bonds, way) for way in ways]
    answer = spectral.cut_by_sign(spectral.embed(bonds, 2).vectors)
    assert ncut(bonds, answer) == pytest.approx(min(cuts))


# How can six numbers cut a graph?

TRIANGLES = graphs.two_triangles()
VOLUMES = TRIANGLES.sum(axis=1)


def sum_over_bonds(bonds, v):
    return sum(bonds[i, j] * (v[i] - v[j]) ** 2 for i in range(len(v)) for j in range(i))


def some_graph(seed, n=7):
    rng = np.random.default_rng(seed)
    bonds = np.triu(rng.random((n, n)) * (rng.random((n, n)) < 0.8) + 0.01, 1)
    return bonds + bonds.T, rng


@pytest.mark.parametrize("seed", range(5))
def test_the_sum_over_the_bonds_is_the_product_with_the_matrix(seed):
    bonds, rng = some_graph(seed)
    v = rng.standard_normal(len(bonds))
    product = v @ (np.diag(bonds.sum(axis=1)) - bonds) @ v
    assert product == pytest.approx(sum_over_bonds(bonds, v))
    assert sum_over_bonds(bonds, v / 2) == pytest.approx(product / 4)  # halving quarters the sum
    assert sum_over_bonds(bonds, np.full(len(bonds), v[0])) == 0


@pytest.mark.parametrize("seed", range(5))
def test_by_the_rules_the_sum_of_two_numbers_is_the_normalised_cut(seed):
    bonds, rng = some_graph(seed)
    for _ in range(10):
        side = rng.permutation(len(bonds)) < rng.integers(1, len(bonds))
        v = graphs.balance(side, bonds.sum(axis=1))
        cut = ncut(sparse.csr_matrix(bonds), side.astype(int))
        assert sum_over_bonds(bonds, v) == pytest.approx(cut)


def test_the_smallest_cut_of_the_triangles_is_at_the_weak_bond():
    cuts = {bits: ncut(sparse.csr_matrix(TRIANGLES), np.array(bits))
            for bits in itertools.product((0, 1), repeat=6) if 0 < sum(bits) < 6}
    assert min(cuts, key=cuts.get) in ((0, 0, 0, 1, 1, 1), (1, 1, 1, 0, 0, 0))


@pytest.mark.parametrize("seed", range(5))
def test_no_six_numbers_by_the_rules_have_a_smaller_sum_than_eigenvector_1(seed):
    values, vectors = linalg.eigh(np.diag(VOLUMES) - TRIANGLES, np.diag(VOLUMES))
    best = vectors[:, 1]
    assert sum_over_bonds(TRIANGLES, best) == pytest.approx(values[1])
    assert (VOLUMES * best).sum() == pytest.approx(0)
    assert (VOLUMES * best ** 2).sum() == pytest.approx(1)
    rng = np.random.default_rng(seed)
    for near in (0.01, 0.1, 1, 100):
        v = graphs.balance(best + near * rng.standard_normal(6), VOLUMES)
        assert sum_over_bonds(TRIANGLES, v) >= values[1] - 1e-12


# What do the eigenvectors of the discs look like?

def test_two_triangles_and_a_weak_bond():
    bonds = np.zeros((6, 6))
    for i, j, bond in ((0, 1, 1), (0, 2, 1), (1, 2, 1),
                       (3, 4, 1), (3, 5, 1), (4, 5, 1), (2, 3, 0.1)):
        bonds[i, j] = bonds[j, i] = bond
    volumes = bonds.sum(axis=1)
    values, vectors = linalg.eig(np.diag(volumes) - bonds, np.diag(volumes))
    order = values.real.argsort()
    values, vectors = values.real[order], vectors.real[:, order]
    assert values[0] == pytest.approx(0, abs=1e-12) and np.ptp(vectors[:, 0]) < 1e-9
    assert values[1] < 0.05 and values[2] > 1
    sides = vectors[:, 1] > 0
    assert sides.tolist() in ([True] * 3 + [False] * 3, [False] * 3 + [True] * 3)
    # The eigenvalue adds up the squared differences over the bonds: small across strong ones only.
    for value, v in zip(values, vectors.T):
        rough = sum(bonds[i, j] * (v[i] - v[j]) ** 2 for i in range(6) for j in range(i))
        assert rough == pytest.approx(value * (volumes * v ** 2).sum())
    assert np.allclose(spectral.embed(sparse.csr_matrix(bonds), 5).values, values[:5])


@pytest.mark.parametrize("seed", range(4))
def test_whole_discs_move_as_one_in_the_slowest_patterns(seed):
    scene = circles.make(seed=seed)
    bonds = bonds_of(scene)
    values, vectors = spectral.embed(bonds, 8)
    assert np.allclose(vectors[:, 0], vectors[0, 0])
    # The matrix of the lesson has these vectors after they are multiplied by sqrt(degree).
    degree = np.asarray(bonds.sum(axis=1)).ravel()
    laplacian = np.eye(len(degree)) - bonds.toarray() / np.sqrt(np.outer(degree, degree))
    own = vectors * np.sqrt(degree)[:, None]
    assert np.allclose(laplacian @ own, own * values, atol=1e-9)
    assert not np.allclose(own[:, 0], own[0, 0], rtol=0.05)

    assert np.diff(values).argmax() == 3  # the largest step comes after number 3
    disc = scene.truth[scene.mask]
    for i in range(1, 8):
        v = vectors[:, i]
        within = np.mean([v[disc == d].var() * (disc == d).sum() for d in range(4)]) * 4 / len(v)
        assert within < 0.25 * v.var() if i <= 3 else within > 0.5 * v.var(), i


# How good is the result? What if you ask for the wrong number?

def test_ari_counts_pairs_and_subtracts_luck():
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, 3, 40), rng.integers(0, 4, 40)
    other[:25] = one[:25]
    pairs = list(itertools.combinations(range(40), 2))
    same_one = np.array([one[i] == one[j] for i, j in pairs])
    same_other = np.array([other[i] == other[j] for i, j in pairs])
    together, luck = (same_one & same_other).sum(), same_one.sum() * same_other.sum() / len(pairs)
    expected = (together - luck) / ((same_one.sum() + same_other.sum()) / 2 - luck)
    assert scores.adjusted_rand(one, other) == pytest.approx(expected)
    assert scores.adjusted_rand(one, (2 - one) * 7) == 1
    by_chance = [scores.adjusted_rand(one, rng.permutation(other)) for _ in range(200)]
    assert np.mean(by_chance) == pytest.approx(0, abs=0.01)


def test_where_only_the_noise_differs_the_truth_mostly_has_the_smaller_cut():
    """So the errors at the necks are no wish of the measure."""
    smaller = []
    for seed in range(10):
        scene = circles.make(seed=seed)
        bonds, labels = bonds_of(scene), found(scene, 4)
        smaller.append(ncut(bonds, scene.truth[scene.mask]) < ncut(bonds, labels[scene.mask]))
    assert smaller[0] and 7 <= sum(smaller) < 10


@pytest.mark.parametrize("seed", range(4))
def test_errors_lie_within_two_pixels_of_where_discs_meet(seed):
    scene = circles.make(seed=seed)
    labels = found(scene, 4)
    assert ari(scene, labels) > 0.95
    table = scores.overlap_table(scene.truth, labels)
    wrong = scene.mask & (table.argmax(axis=0)[labels] != scene.truth)
    meets = np.zeros_like(scene.mask)
    for axis in (0, 1):
        for step in (1, -1):
            beside = np.roll(scene.truth, step, axis)
            meets |= scene.mask & (beside >= 0) & (beside != scene.truth)
    assert 0 < wrong.sum() < 60
    assert ndimage.distance_transform_edt(~meets)[wrong].max() <= 2


def test_too_few_marry_discs_and_too_many_cut_them():
    scene = circles.make()
    for k in (2, 3):
        shares = scores.overlap_table(scene.truth, found(scene, k))
        assert ((shares > 0.8 * shares.sum(axis=1, keepdims=True)).sum(axis=0) >= 2).any()
    shares = scores.overlap_table(scene.truth, found(scene, 6))
    assert (shares.max(axis=1) < 0.7 * shares.sum(axis=1)).sum() >= 2


# What if you forget the exponential?

def test_without_noise_forgetting_the_exponential_gives_nonsense_and_no_warning():
    scene = circles.make(noise=0)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        labels = forgotten(scene)
    assert [str(w.message) for w in heard] == []
    assert abs(ari(scene, labels)) < 0.02
    assert ari(scene, found(scene, 4)) > 0.95
    # What comes out: nearly all pixels in one region.
    assert np.bincount(labels[scene.mask]).max() > 0.9 * scene.mask.sum()


def test_our_own_solver_refuses_a_graph_without_bonds():
    scene = circles.make(noise=0)
    with pytest.raises(ValueError, match="bond"):
        spectral.embed(graphs.pixel_graph(scene.image, scene.mask), 4)


def test_with_added_light_forgetting_the_exponential_is_worse_every_time():
    scenes = [circles.make(seed=seed, additive=True) for seed in range(10)]
    right = np.array([ari(s, found(s, 4)) for s in scenes])
    wrong = np.array([ari(s, forgotten(s)) for s in scenes])
    assert (wrong < right - 0.01).all()


def test_in_the_plain_scene_the_mistake_hides_but_for_its_spread():
    scenes = [circles.make(seed=seed) for seed in range(12)]
    right = np.array([ari(s, found(s, 4)) for s in scenes])
    wrong = np.array([ari(s, forgotten(s)) for s in scenes])
    assert abs(np.median(right) - np.median(wrong)) < 0.01
    assert wrong.std() > 1.5 * right.std()


# When does it fail?

RATIOS = (1.0, 0.8, 0.67, 0.5, 0.42, 0.33, 0.28, 0.25, 0.2, 0.15)


@pytest.fixture(scope="module")
def by_ratio():
    """For each ratio, five seeds: the normalised cuts and the ARI of several ways to cut."""
    table = {}
    for ratio in RATIOS:
        rows = []
        for seed in range(5):
            scene = circles.pair(ratio, seed=seed)
            bonds, labels, truth = bonds_of(scene), found(scene, 2), scene.truth[scene.mask]
            columns = np.nonzero(scene.mask)[1]
            border = columns[truth == 1].min()
            straight = [ncut(bonds, columns >= at) for at in range(columns.min() + 8, border - 8)]
            # Shi and Malik: try many thresholds on eigenvector 1 and keep the smallest cut.
            second = spectral.embed(bonds, 2).vectors[:, 1]
            ways = [second > level for level in np.quantile(second, np.linspace(0.01, 0.99, 99))]
            cuts = [ncut(bonds, way) for way in ways]
            swept = ways[int(np.argmin(cuts))].astype(int)
            rows.append({"ari": ari(scene, labels), "truth": ncut(bonds, truth), "swept": min(cuts),
                         "kmeans": ncut(bonds, labels[scene.mask]), "slice": min(straight),
                         "ari swept": scores.adjusted_rand(truth, swept)})
        table[ratio] = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    return table


def test_half_the_radius_is_fine_and_a_quarter_is_hopeless(by_ratio):
    median = {ratio: np.median(table["ari"]) for ratio, table in by_ratio.items()}
    assert all(median[ratio] > 0.9 for ratio in RATIOS if ratio >= 0.42)
    assert all(median[ratio] < 0.15 for ratio in RATIOS if ratio <= 0.25)
    assert 0.3 < median[0.33] < 0.6


def test_discs_of_like_size_all_three_cuts_agree(by_ratio):
    for ratio in (1.0, 0.8):
        cuts = by_ratio[ratio]
        assert np.abs(cuts["truth"] - cuts["kmeans"]).max() < 0.003
        assert np.abs(cuts["truth"] - cuts["swept"]).max() < 0.003


def test_in_the_middle_range_the_eigenvector_knows_the_neck_and_kmeans_misses_it(by_ratio):
    for ratio in (0.5, 0.42, 0.33):
        cuts = by_ratio[ratio]
        assert (cuts["truth"] < 0.9 * cuts["kmeans"]).all()
        assert (cuts["truth"] < cuts["slice"]).all()
    for ratio in (0.42, 0.33, 0.28):
        cuts = by_ratio[ratio]
        assert (cuts["swept"] < 0.9 * cuts["kmeans"]).all()
        assert np.median(cuts["ari swept"]) > 0.9 > np.median(cuts["ari"]) - 0.05


def test_a_quarter_and_below_the_neck_is_not_clearly_the_smallest_cut(by_ratio):
    assert np.median(by_ratio[0.25]["truth"]) > 0.9 * np.median(by_ratio[0.25]["slice"])
    for ratio in (0.25, 0.2, 0.15):
        cuts = by_ratio[ratio]
        assert np.median(cuts["ari swept"]) < 0.1
        if ratio < 0.25:
            assert (cuts["slice"] < cuts["truth"]).all()


def test_the_slice_loses_more_bonds_and_has_equal_halves():
    scene = circles.pair(0.2)
    bonds = bonds_of(scene)
    degree = np.asarray(bonds.sum(axis=1)).ravel()
    lost, smaller = [], []
    for labels in (scene.truth[scene.mask], found(scene, 2)[scene.mask]):
        lost.append(bonds[labels == 0][:, labels == 1].sum())
        smaller.append(min(degree[labels == i].sum() for i in (0, 1)) / degree.sum())
    assert lost[1] > 3 * lost[0]
    assert smaller[0] < 0.05 and smaller[1] > 0.35
    truth = scene.truth[scene.mask]
    assert degree[truth == 0].sum() > 20 * degree[truth == 1].sum()


@pytest.mark.parametrize("k", range(11, 18))
def test_from_11_to_17_pieces_show_the_way_out(k, capsys):
    """The hint of exercise 3."""
    scene = circles.make([(42, 42), (53, 62)], [20, 5], seed=1)
    pieces = found(scene, k)
    inside = np.argwhere(scene.mask)
    small = pieces == pieces[tuple(inside[inside[:, 1].argmax()])]
    check.check_3(np.where(scene.mask, small, -1), scene)
    assert capsys.readouterr().out.startswith("✓")


# How much should grey values matter?

def test_beta_zero_is_close_to_a_voronoi_partition():
    scene = circles.make()
    rows, columns = np.indices(scene.mask.shape)
    nearest = np.argmin([(rows - r) ** 2 + (columns - c) ** 2
                         for r, c in circles.FOUR_CENTERS], axis=0)
    agreement = scores.adjusted_rand(np.where(scene.mask, nearest, -1), found(scene, 4, beta=0))
    assert agreement > 0.95
    other_noise = circles.make(seed=5, noise=1.0)
    assert np.array_equal(found(scene, 4, beta=0), found(other_noise, 4, beta=0))


def test_a_moderate_beta_hardly_matters_and_a_large_one_is_a_gamble():
    scenes = [circles.make(seed=seed) for seed in range(5)]
    at = {beta: [ari(s, found(s, 4, beta)) for s in scenes] for beta in (0, 1, 5, 20)}
    assert np.ptp([np.median(at[beta]) for beta in (0, 1, 5)]) < 0.02
    assert min(at[5]) > 0.9
    assert np.ptp(at[20]) > 0.15


def test_the_unluckiest_a_few_pixels_become_a_region_and_two_discs_share_one():
    scenes = [circles.make(seed=seed) for seed in range(5)]
    torn = [found(s, 4, 20) for s in scenes]
    worst = int(np.argmin([ari(s, labels) for s, labels in zip(scenes, torn)]))
    scene, labels = scenes[worst], torn[worst]
    areas = np.bincount(labels[scene.mask])
    assert areas.min() < 10
    bonds, crumb = bonds_of(scene, 20), labels[scene.mask] == areas.argmin()
    volume = bonds[crumb].sum()
    assert 1 - bonds[crumb][:, crumb].sum() / volume < 0.05  # cheap: it loses next to nothing
    shares = scores.overlap_table(scene.truth, labels)
    assert ((shares > 0.5 * shares.sum(axis=1, keepdims=True)).sum(axis=0) == 2).any()


# Explore

def test_at_distance_1_09_all_four_discs_are_apart():
    from lessons_lib.explorers.circles import render

    assert "Eigenvector 3 has eigenvalue 0.0000." in render(distance=1.09, eigenvector=3).text
    assert "Eigenvector 4 has eigenvalue 0.0000." not in render(distance=1.09, eigenvector=4).text


# In practice

@pytest.mark.parametrize("scene", [circles.make(), circles.pair(0.25), circles.pair(0.2)],
                         ids=["four", "0.25", "0.2"])
def test_watershed_on_the_distance_transform_is_blind_to_volumes(scene):
    depth = ndimage.distance_transform_edt(scene.mask)
    peaks = peak_local_max(depth, min_distance=4, labels=scene.mask.astype(int),
                           exclude_border=False)
    markers = np.zeros(scene.mask.shape, int)
    markers[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
    assert ari(scene, watershed(-depth, markers, mask=scene.mask)) > 0.9
