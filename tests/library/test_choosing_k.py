"""Tests of lessons_lib.choosing_k: against kneed, scikit-learn, and formulas written out."""

import itertools
import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from kneed import KneeLocator
from scipy.spatial.distance import cdist
from sklearn.metrics import adjusted_rand_score

from lessons_lib import choosing_k, kmeans, landscape, scores
from lessons_lib.colors import bin_colors, unique_colors

# Those that judge one clustering.
CRITERIA = {"silhouette": scores.silhouette, "Calinski-Harabasz": scores.calinski_harabasz,
            "Davies-Bouldin": scores.davies_bouldin}
# As far from one another, each from each, as four colours can be.
FOUR = np.array([(40, 40, 40), (40, 200, 200), (200, 40, 200), (200, 200, 40)])


def noisy_scene(size=24, noise=4, seed=0):
    """Four fields of equal size, each of one colour with even noise."""
    rows, columns = np.indices((size, size)) // (size // 2)
    noise = np.random.default_rng(seed).integers(-noise, noise + 1, (size, size, 3))
    return (FOUR[2 * rows + columns] + noise).astype(np.uint8)


def blobs(k=3, n=40, seed=0):
    """k clear round blobs in the plane, on a circle."""
    angle = np.arange(k) * 2 * np.pi / k
    middle = 20 * np.column_stack([np.cos(angle), np.sin(angle)])
    return np.repeat(middle, n, axis=0) + np.random.default_rng(seed).normal(size=(k * n, 2))


@pytest.fixture(scope="module")
def clear():
    colors = unique_colors(noisy_scene())
    return colors, choosing_k.report(colors, range(1, 7))


# fits

def test_fits_are_those_of_fit_colors():
    colors = unique_colors(noisy_scene(8))
    found = choosing_k.fits(colors, iter([4, 2]), n_init=3, seed=5)
    assert list(found) == [4, 2]
    for k, one in found.items():
        expected = kmeans.fit_colors(colors, k, n_init=3, seed=5)
        assert np.array_equal(one.labels, expected.labels)
        assert np.array_equal(one.centers, expected.centers)
        assert one.inertia == expected.inertia


def test_more_clusters_than_colors_are_left_out():
    colors = unique_colors(np.array([[0, 0, 90], [200, 90, 0]], np.uint8))
    found = choosing_k.fits(colors)
    assert list(found) == [1, 2, 3]
    assert found[3].inertia == pytest.approx(0, abs=1e-20)


# knee

@st.composite
def falling_curves(draw):
    """ks with gaps, and inertias that fall or stay: anyhow, or steeply first as with k-means."""
    steps = draw(st.lists(st.integers(0, 1000), min_size=2, max_size=14))
    if draw(st.booleans()):
        steps = sorted(steps)
    inertias = np.cumsum([draw(st.integers(0, 500)), *steps])[::-1]
    apart = draw(st.lists(st.integers(1, 4), min_size=len(steps), max_size=len(steps)))
    return np.cumsum([1, *apart]).tolist(), inertias.astype(float).tolist()


@given(falling_curves(), st.floats(0, 4))
def test_knee_is_kneeds(curve, sensitivity):
    ks, inertias = curve
    assume(inertias[0] > inertias[-1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = KneeLocator(ks, inertias, S=sensitivity, curve="convex",
                               direction="decreasing").elbow
    found = choosing_k.knee(ks, inertias, sensitivity=sensitivity)
    assert found == expected
    assert found is None or type(found) is int


def test_knee_of_a_clear_bend():
    assert choosing_k.knee(range(1, 9), [100, 70, 40, 10, 9, 8, 7, 6]) == 4
    assert choosing_k.knee([2, 5, 9, 14], np.array([90, 11, 9, 8])) == 5
    # Another range of k, another answer: both axes are stretched first.
    curve = {k: 1000 / k ** 2 for k in range(1, 31)}
    assert choosing_k.knee(range(1, 5), [curve[k] for k in range(1, 5)]) == 2
    assert choosing_k.knee(curve, curve.values()) > 2


def test_a_larger_sensitivity_finds_fewer_knees():
    curve = range(1, 9), [100, 60, 40, 30, 24, 19, 15, 12]
    found = [choosing_k.knee(*curve, sensitivity=s) for s in (0, 1, 2, 3, 5, 9)]
    assert found[0] is not None and found[-1] is None
    assert [k is None for k in found] == sorted(k is None for k in found)


@given(st.integers(3, 20), st.floats(0.01, 1e6), st.floats(0, 1e6))
def test_a_straight_line_has_no_knee(n, slope, end):
    inertias = end + slope * np.arange(n)[::-1]
    assert choosing_k.knee(range(1, n + 1), inertias) is None


@pytest.mark.parametrize("ks, inertias", [
    ([], []), ([3], [5.0]), ([1, 2], [9, 1]),
    ([1, 2, 3, 4], [7, 7, 7, 7]), ([1, 2, 3], [0, 0, 0]),
    ([1, 2, 3, 4, 5], [10, 9, 7, 4, 0]),  # bends the other way
])
def test_no_knee(ks, inertias):
    assert choosing_k.knee(ks, inertias) is None


@pytest.mark.parametrize("ks, inertias, sensitivity, message", [
    ([1, 3, 2], [9, 4, 1], 1, r"ks must be ascending, got \[1, 3, 2\]"),
    ([1, 2, 2], [9, 4, 1], 1, r"ks must be ascending, got \[1, 2, 2\]"),
    ([3, 2], [1, 2], 1, "ks must be ascending"),
    ([1, 2, 3], [9, 4], 1, "ks and inertias must have one length; they have 3 and 2"),
    ([], [9], 1, "ks and inertias must have one length; they have 0 and 1"),
    ([1, 2, 3], [9, 4, 1], -0.5, "sensitivity must be a number of 0 or more, got -0.5"),
])
def test_knee_says_what_is_wrong(ks, inertias, sensitivity, message):
    with pytest.raises(ValueError, match=message):
        choosing_k.knee(ks, inertias, sensitivity=sensitivity)


# gap

def test_gap_is_the_formula():
    points = np.array([[0.0, 0], [1, 1], [2, 3], [9, 8], [8, 10], [9, 9]])
    weights = np.array([1, 3, 2, 1, 4, 1])
    found = choosing_k.gap(points, [2, 1, 3], weights=weights, n_references=3, n_samples=7, seed=6)
    assert list(found.values) == list(found.errors) == [1, 2, 3]

    pixels = np.repeat(points, weights, axis=0)
    _, axes = np.linalg.eigh(np.cov(pixels.T))

    def plain(first, second):
        """Gaps and errors, with each axis of the box turned one way or the other."""
        box = (pixels - pixels.mean(axis=0)) @ axes[:, ::-1] * (first, second)
        rng = np.random.default_rng(6)
        references = [box.min(axis=0) + rng.random((7, 2)) * np.ptp(box, axis=0) for _ in range(3)]
        for k in (1, 2, 3):
            logs = np.log([kmeans.fit(r, k, n_init=2, seed=6).inertia / 7 for r in references])
            yield logs.mean() - np.log(kmeans.fit(pixels, k).inertia / 12)
            yield np.sqrt(((logs - logs.mean()) ** 2).mean()) * np.sqrt(1 + 1 / 3)

    numbers = [number for k in (1, 2, 3) for number in (found.values[k], found.errors[k])]
    # Nothing says which way an axis points: one of the four boxes is meant.
    assert any(list(plain(*turned)) == pytest.approx(numbers)
               for turned in itertools.product((1, -1), repeat=2))


def test_the_box_lies_along_the_cloud():
    # A thin slanted band: in a box along red, green, blue it would look like a cluster.
    rng = np.random.default_rng(0)
    points = rng.random((200, 1)) * (100, 100, 100) + rng.random((200, 3))
    assert choosing_k.gap(points, range(1, 5), n_references=5, n_samples=300).k == 1


@pytest.mark.parametrize("k", [2, 3, 4])
def test_gap_counts_clear_blobs(k):
    found = choosing_k.gap(blobs(k), range(1, 7), n_references=5, n_samples=300)
    assert found.k == k
    assert max(found.values, key=found.values.get) == k


def test_gap_sees_no_clusters_where_none_are():
    block = np.random.default_rng(3).random((300, 2)) * (5, 2)
    assert choosing_k.gap(block, range(1, 7), n_references=5, n_samples=300).k == 1


@pytest.mark.parametrize("gaps, spreads, k", [
    ([1.0, 2.0, 2.5, 2.1], [0, 0, 0, 0], 3),
    ([1.0, 2.0, 2.5, 2.9], [0, 0, 0, 0], None),
    ([1.0, 2.0, 2.5, 2.9], [0, 0, 0, 0.5], 3),  # the next one's error reaches down to 2.3
    ([1.0, 2.0, 2.5, 2.9], [0, 0, 0.5, 0], 2),  # 2.5 less 0.6
    ([1.0, 2.0, 2.5, 2.9], [0.9, 0, 0, 0], None),  # its own error does not count
    ([2.0, 2.0, 3.0, 1.0], [0, 0, 0, 0], 1),  # the first of two
])
def test_gap_takes_the_first_k_within_the_error_of_the_next(monkeypatch, gaps, spreads, k):
    def two_references(points, k, **_):
        signs[k] = -signs.get(k, -1)
        return kmeans.Clusters(None, None, np.exp(gaps[k - 1] + signs[k] * spreads[k - 1]))

    signs = {}
    monkeypatch.setattr(kmeans, "fit", two_references)
    found = choosing_k.gap(blobs(), range(1, 5), inertias=dict.fromkeys(range(1, 5), 120),
                           n_references=2, n_samples=1)
    assert list(found.values.values()) == pytest.approx(gaps)
    assert list(found.errors.values()) == pytest.approx(np.array(spreads) * np.sqrt(1.5))
    assert found.k == k


def test_gap_of_the_landscape_rises_to_the_end():
    colors = unique_colors(landscape.make(128).image)
    found = choosing_k.gap(colors.values, weights=colors.counts)
    assert list(found.values) == list(range(1, 11))
    assert (np.diff(list(found.values.values())) > 0).all()
    assert found.k is None


def test_gap_of_colors_is_gap_of_pixels():
    points, weights = blobs(2, 20), np.random.default_rng(1).integers(1, 5, 40)
    options = dict(ks=[1, 2, 3], n_references=3, n_samples=50, seed=2)
    found = choosing_k.gap(points, weights=weights, **options)
    pixels = choosing_k.gap(np.repeat(points, weights, axis=0), **options)
    # The box may be mirrored: equal up to the draws in it.
    assert found.k == pixels.k == 2
    assert list(found.values.values()) == pytest.approx(list(pixels.values.values()), abs=0.3)


def test_known_inertias_are_taken_and_seeds_count():
    options = dict(ks=[1, 2], n_references=2, n_samples=30)
    inertias = {k: kmeans.fit(blobs(), k).inertia for k in (1, 2)}
    usual = choosing_k.gap(blobs(), seed=1, **options)
    assert choosing_k.gap(blobs(), inertias=inertias, seed=1, **options) == usual
    twice = choosing_k.gap(blobs(), inertias={k: 2 * i for k, i in inertias.items()}, seed=1,
                           **options)
    assert [usual.values[k] - twice.values[k] for k in (1, 2)] == pytest.approx([np.log(2)] * 2)
    assert choosing_k.gap(blobs(), seed=2, **options).values != usual.values


# stability

def test_clear_blobs_are_stable_and_their_halves_are_not():
    scores = {k: choosing_k.stability(blobs(), k, n_samples=60) for k in (3, 4, 6)}
    assert scores[3] == 1
    assert scores[4] < 0.97 and scores[6] < 0.9
    assert choosing_k.stability(blobs(), 1) == 1  # one cluster is always the same


def test_stability_has_a_seed():
    one, same, other = (choosing_k.stability(blobs(), 6, n_samples=60, seed=s) for s in (0, 0, 1))
    assert one == same != other


def test_samples_are_drawn_by_weight():
    points, weights = blobs(3, 2), [1, 1, 10 ** 9, 10 ** 9, 1, 1]
    choosing_k.stability(points, 2, weights=weights, n_samples=50)
    with pytest.raises(ValueError, match="k must be at most the number of different points in a "
                                         "sample of 50, here 2; got k=3"):
        choosing_k.stability(points, 3, weights=weights, n_samples=50)


def test_a_color_counts_as_often_as_it_is_drawn():
    # Drawn or not, one pixel far away moves no centre over to itself: the boundary stays.
    points, weights = np.array([[0.0], [3], [10]]), [1000, 1000, 4]
    assert choosing_k.stability(points, 2, weights=weights) == 1


def test_more_samples_are_more_stable():
    scores = [choosing_k.stability(blobs(5), 5, n_samples=n) for n in (12, 200)]
    assert scores[0] < 0.9 and scores[1] == 1


@given(st.data())
def test_weighted_rand_equals_scikit_learns(data):
    n = data.draw(st.integers(1, 12))
    a, b = (data.draw(hnp.arrays(np.int32, n, elements=st.integers(0, 3))) for _ in range(2))
    weights = data.draw(hnp.arrays(np.int64, n, elements=st.integers(1, 9)))
    expected = adjusted_rand_score(np.repeat(a, weights), np.repeat(b, weights))
    assert choosing_k._weighted_rand(a, b, weights, 4) == pytest.approx(expected)


def test_weighted_rand_of_a_large_picture():
    # A product of two numbers of pairs is beyond 64 bits.
    a, b = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0])
    score = choosing_k._weighted_rand(a, b, np.full(4, 10 ** 8), 2)
    assert score == pytest.approx(choosing_k._weighted_rand(a, b, np.full(4, 10 ** 5), 2), rel=1e-4)
    assert 0 < score < 1


# report

def test_report_of_a_clear_scene_agrees_on_four(clear):
    _, report = clear
    assert report.choices == dict.fromkeys(
        ["knee", "gap", "silhouette", "Calinski-Harabasz", "Davies-Bouldin", "stability"], 4)
    assert all(type(k) is int for k in report.choices.values())


def test_report_table(clear):
    colors, (table, choices, fits) = clear
    assert table.index.name == "k" and table.index.tolist() == list(fits) == [1, 2, 3, 4, 5, 6]
    judged = ["silhouette", "Calinski-Harabasz", "Davies-Bouldin", "stability"]
    assert set(table.columns) == {"inertia", "gap", "gap error", *judged}
    assert table.loc[1, judged].isna().all()
    assert table.loc[2:].notna().all(axis=None) and table.loc[1].notna().sum() == 3
    inertias = {k: one.inertia for k, one in fits.items()}
    assert table["inertia"].to_dict() == inertias
    for k in (2, 5):
        for name, score in CRITERIA.items():
            assert table.loc[k, name] == score(colors.values, fits[k].labels, weights=colors.counts)
        assert table.loc[k, "stability"] == choosing_k.stability(
            colors.values, k, weights=colors.counts)
    gaps = choosing_k.gap(colors.values, fits, weights=colors.counts, inertias=inertias)
    assert table["gap"].to_dict() == gaps.values and table["gap error"].to_dict() == gaps.errors


def test_choices_are_read_off_the_table():
    # On a landscape the criteria disagree: a mixed-up column would show.
    colors = unique_colors(landscape.make(64).image)
    table, choices, _ = choosing_k.report(colors, range(1, 9), sensitivity=0.3)
    assert len(set(choices.values())) > 3
    least = table["gap"] - table["gap error"]
    assert choices == {
        "knee": choosing_k.knee(table.index, table["inertia"], sensitivity=0.3),
        "gap": next((k for k in range(1, 8) if table.loc[k, "gap"] >= least[k + 1]), None),
        "silhouette": table["silhouette"].idxmax(),
        "Calinski-Harabasz": table["Calinski-Harabasz"].idxmax(),
        "Davies-Bouldin": table["Davies-Bouldin"].idxmin(),
        "stability": table["stability"].idxmax()}


def test_report_hands_on_seed_and_sensitivity(clear):
    colors, usual = clear
    table, choices, fits = choosing_k.report(colors, [2, 6], seed=3)
    gaps = choosing_k.gap(colors.values, [2, 6], weights=colors.counts, seed=3,
                          inertias={k: one.inertia for k, one in fits.items()})
    assert table["gap"].to_dict() == gaps.values
    for k in (2, 6):
        expected = kmeans.fit_colors(colors, k, seed=3)
        assert np.array_equal(fits[k].labels, expected.labels)
        assert table.loc[k, "stability"] == choosing_k.stability(
            colors.values, k, weights=colors.counts, seed=3)
    # Elsewhere another seed gives something else.
    assert not np.array_equal(fits[6].labels, usual.fits[6].labels)
    drawn = ["gap", "stability"]
    assert (table[drawn] != usual.table.loc[[2, 6], drawn]).all(axis=None)
    assert choices["knee"] is None
    assert choosing_k.report(colors, range(1, 7), sensitivity=50).choices["knee"] is None


def test_report_of_one_cluster_only():
    table, choices, _ = choosing_k.report(unique_colors(noisy_scene(8)), [1])
    assert table.index.tolist() == [1]
    assert choices == {"knee": None, "gap": None}


def test_above_5000_colors_the_report_looks_at_bins():
    colors = unique_colors(noisy_scene(72, noise=24))
    assert 5000 < len(colors.counts) < 72 ** 2
    bins = bin_colors(colors)
    table, _, fits = choosing_k.report(colors, [3, 4])
    for k, one in fits.items():
        assert one.labels.shape == colors.counts.shape  # the fit itself is on all colours
        nearest = cdist(bins.values, one.centers).argmin(axis=1)
        for name, score in CRITERIA.items():
            assert table.loc[k, name] == score(bins.values, nearest, weights=bins.counts)
        assert table.loc[k, "stability"] == choosing_k.stability(
            bins.values, k, weights=bins.counts)
    exact = scores.silhouette(colors.values, fits[4].labels, weights=colors.counts)
    assert table.loc[4, "silhouette"] == pytest.approx(exact, abs=0.02)


def exact_scene(kind):
    image = np.full((30, 30, 3), 9, np.uint8)
    if kind != "one color":
        image[:15, :15], image[15:, :15], image[:15, 15:] = FOUR[1:]
    if kind == "two rare colors":
        image = np.repeat(np.repeat(image, 10, axis=0), 10, axis=1)
        image[0, 0], image[0, 1] = (250, 0, 0), (0, 0, 250)
    return unique_colors(image)


@pytest.mark.parametrize("kind, n", [
    ("one color", 1),
    ("four colors", 4), ("two rare colors", 6)])
def test_report_of_a_picture_without_noise(kind, n):
    colors = exact_scene(kind)
    table, choices, _ = choosing_k.report(colors)
    assert table.index.tolist() == list(range(1, n + 1)) and len(colors.counts) == n
    if n > 1:
        assert choices["silhouette"] == n
    # A sample of 500 of 90,000 pixels hardly ever has both of two single ones.
    assert np.isnan(table.loc[n, "stability"] if n > 1 else np.nan) == (n != 4)


def test_gap_where_each_color_has_its_cluster():
    rng = np.random.default_rng(0)
    for _ in range(10):
        colors = unique_colors(rng.integers(0, 256, (1, 5, 3), dtype=np.uint8)
                                      [:, rng.integers(0, 5, 400)])
        found = choosing_k.gap(colors.values, range(1, 6), weights=colors.counts,
                               n_references=2, n_samples=50)
        assert found.values[5] == np.inf


@pytest.mark.parametrize(
    "picture",
    [
        noisy_scene(),
        landscape.make(64).image,
        np.tile(np.linspace(0, 255, 5).astype(np.uint8), (40, 8)),
        np.tile(np.linspace(0, 255, 12).astype(np.uint8), (40, 8)),
    ],
    ids=["four fields", "a landscape", "5 greys", "12 greys"],
)
def test_a_shorter_range_of_a_report_gives_the_choices_of_a_report_of_that_range(picture):
    colors = unique_colors(picture)
    whole = choosing_k.report(colors, range(1, 13))
    for top in (4, 5, 8, 12):
        sensitivity = 2.0 if top < 12 else 1.0
        one = choosing_k.report(colors, range(1, top + 1), sensitivity=sensitivity)
        for name in choosing_k.CRITERIA:
            picked = choosing_k.pick(whole, name, top, sensitivity=sensitivity)
            assert picked == one.choices.get(name), (top, name)
    with pytest.raises(ValueError, match="criterion must be one of knee, .*; got 'elbow'"):
        choosing_k.pick(whole, "elbow", 4)


def test_depth_is_0_at_both_ends_and_largest_at_a_corner():
    inertias = [100, 40, 10, 8, 6, 4, 2]
    depth = choosing_k.depth(inertias)
    assert depth[0] == depth[-1] == 0 and depth.argmax() == 2
    assert choosing_k.depth([5, 5, 5]).max() <= 1 and (choosing_k.stretch([5, 5]) == 0).all()


def test_what_is_left_of_a_picture_of_one_colour():
    blank = unique_colors(np.full((6, 9, 3), 120, np.uint8))
    with pytest.raises(ValueError, match="found must come from a picture of at least 2 colours"):
        choosing_k.left(choosing_k.fits(blank, range(1, 5)))
    with pytest.raises(ValueError, match=r"found must hold k = 1, .* it holds \[2\]"):
        choosing_k.left(choosing_k.fits(unique_colors(np.eye(3, dtype=np.uint8)[None]), [2]))
