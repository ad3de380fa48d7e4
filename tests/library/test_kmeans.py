"""Tests of lessons_lib.kmeans: Lloyd's steps, starts, fits on colours with their counts.

scikit-learn on all pixels, one start, is the reference.
"""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans, kmeans_plusplus
from threadpoolctl import threadpool_info, threadpool_limits

from lessons_lib import images, kmeans, landscape
from lessons_lib.colors import bin_colors, unique_colors

LUMINANCE = (0.2126, 0.7152, 0.0722)
POINTS = np.random.default_rng(0).random((30, 2))
seeds = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """scikit-learn's own k-means is many times slower with two threads on these problems."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def scenes():
    return {
        "landscape": landscape.make(96, scale=30).image,
        "other landscape": landscape.make(80, seed=3, scale=15, width=0.1).image,
        "cat": images.shrink(images.load("chelsea"), 70),
        "grey": images.shrink(images.load("camera"), 80)[..., 0],
    }


def pixels_of(image):
    return image.reshape(image.shape[0] * image.shape[1], -1).astype(float)


def starts_without_ties(colors, k, *, n=8):
    """Starts at different colours, some moved a little off them, from which steps are clear-cut.

    Where a colour ever lies halfway between two centres, rounding decides; and an emptied
    centre takes one pixel on pixels, but all pixels of a colour on colours.
    """
    rng, found = np.random.default_rng(k), []
    for i in range(n):
        start = rng.choice(colors.values, k, replace=False)
        start += (i % 2) * rng.uniform(-0.4, 0.4, start.shape)
        clear = True
        for step in kmeans.lloyd(colors.values, start, weights=colors.counts):
            distance = np.sort(cdist(colors.values, step.centers, "sqeuclidean"), axis=1)
            clear &= k == 1 or (distance[:, 1] - distance[:, 0]).min() > 1e-6
            clear &= len(np.unique(step.labels)) == k
        if clear:
            found.append(start)
    return found


def sklearn_from(points, start, *, weights=None, max_iter=300):
    model = KMeans(len(start), init=np.array(start, float), n_init=1, tol=0, max_iter=max_iter)
    return model.fit(points, sample_weight=weights)


def inertia_of(points, weights, centers):
    """The definition: each point goes to its nearest centre."""
    return weights @ cdist(points, centers, "sqeuclidean").min(axis=1)


def means_of(points, weights, labels, k):
    return np.array([np.average(points[labels == j], axis=0, weights=weights[labels == j])
                     for j in range(k)])


def cloud(seed, *, least=2, most=14):
    """Different points, on a grid or off it, with whole weights, and a k that fits."""
    rng = np.random.default_rng(seed)
    n, d = rng.integers(least, most + 1), rng.integers(1, 4)
    points = rng.integers(0, 4, (n, d)) if rng.random() < 0.5 else 10 * rng.random((n, d))
    points = np.unique(points.astype(float), axis=0)
    weights = rng.integers(1, 5, len(points)).astype(float)
    return rng, points, weights, int(rng.integers(1, len(points) + 1))


# Equal to scikit-learn on all pixels

@pytest.mark.parametrize("k", [1, 2, 4, 7, 10])
@pytest.mark.parametrize("scene", ["landscape", "other landscape", "cat", "grey"])
def test_from_one_start_the_result_is_that_on_all_pixels(scene, k, scenes):
    image = scenes[scene]
    pixels = pixels_of(image)
    starts = starts_without_ties(unique_colors(image), k)
    assert len(starts) >= 2
    for start in starts[-3:]:
        model = sklearn_from(pixels, start)
        found = kmeans.segment(image, k, start=start)
        assert found.labels.shape == image.shape[:2] and found.labels.dtype == np.int32
        assert np.array_equal(found.labels.ravel(), model.labels_)
        assert found.inertia == pytest.approx(model.inertia_, rel=1e-9)
        assert np.allclose(found.centers, model.cluster_centers_, rtol=1e-9)


@pytest.mark.parametrize("scene", ["landscape", "cat", "grey"])
def test_every_step_of_lloyd_is_scikit_learns(scene, scenes):
    image = scenes[scene]
    values, counts, index = colors = unique_colors(image)
    start = starts_without_ties(colors, 5)[0]
    steps = list(kmeans.lloyd(values, start, weights=counts))
    assert len(steps) > 4
    last = sklearn_from(pixels_of(image), start)
    assert len(steps) == last.n_iter_
    assert np.array_equal(steps[-1].labels[index].ravel(), last.labels_)
    assert steps[-1].inertia == pytest.approx(last.inertia_, rel=1e-9)
    assert np.array_equal(steps[0].centers, start)
    for i in (1, 2, len(steps) - 1):  # after i rounds
        fitted = sklearn_from(values, start, weights=counts, max_iter=i)
        assert np.array_equal(fitted.labels_, steps[i].labels)
        assert fitted.inertia_ == pytest.approx(steps[i].inertia, rel=1e-9)
        assert np.allclose(fitted.cluster_centers_, steps[i].centers, rtol=1e-9)


# lloyd

def test_lloyd_by_hand():
    steps = list(kmeans.lloyd([[0], [1], [8], [12]], [[0], [1]], weights=[1, 1, 3, 1]))
    assert [step.labels.tolist() for step in steps] == [[0, 1, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1]]
    assert [step.centers.tolist() for step in steps] == [[[0], [1]], [[0], [7.4]], [[0.5], [9]]]
    assert [step.moved.tolist() for step in steps] == [[[0], [7.4]], [[0.5], [9]], [[0.5], [9]]]
    inertias = [3 * 49 + 121, 1 + 3 * 0.6 ** 2 + 4.6 ** 2, 0.5 + 3 + 9]
    assert [step.inertia for step in steps] == pytest.approx(inertias, rel=1e-12)
    assert steps[0].labels.dtype == np.int32


def assert_steps_go_down_to_a_stable_end(steps, points, weights, k):
    inertias = [step.inertia for step in steps]
    assert (np.diff(inertias) <= 1e-12 * (1 + inertias[0])).all()
    for step, following in zip(steps, steps[1:]):
        assert step.moved is following.centers
    end = steps[-1]
    assert np.array_equal(end.labels, steps[-2].labels)
    assert (np.bincount(end.labels, weights, minlength=k) > 0).all()
    assert np.allclose(end.moved, end.centers, rtol=1e-12, atol=1e-12)
    assert np.allclose(end.centers, means_of(points, weights, end.labels, k), atol=1e-9)


@given(seeds)
def test_lloyd_goes_down_to_a_stable_end(seed):
    rng, points, weights, k = cloud(seed, least=20, most=60)
    start = rng.choice(points, k, replace=False)
    steps = list(kmeans.lloyd(points, start, weights=weights))
    assert_steps_go_down_to_a_stable_end(steps, points, weights, k)
    for step in steps:
        assert step.inertia == pytest.approx(inertia_of(points, weights, step.centers), abs=1e-9)


@given(seeds)
def test_a_weight_is_a_number_of_equal_points(seed):
    rng = np.random.default_rng(seed)
    points, weights = rng.random((25, 3)), rng.integers(1, 5, 25)
    start = rng.choice(points, 4, replace=False)
    repeated = np.repeat(points, weights, axis=0)
    weighted = list(kmeans.lloyd(points, start, weights=weights))
    plain = list(kmeans.lloyd(repeated, start))
    # An emptied centre would take one point of many.
    assume(all(len(np.unique(step.labels)) == 4 for step in weighted))
    assert len(weighted) == len(plain)
    for one, other in zip(weighted, plain):
        assert np.array_equal(np.repeat(one.labels, weights), other.labels)
        assert one.inertia == pytest.approx(other.inertia, rel=1e-12)
        assert np.allclose(one.moved, other.moved, rtol=1e-12)
    fitted = kmeans.fit(points, 4, weights=weights, start=start)
    assert np.array_equal(fitted.labels, weighted[-1].labels)
    assert fitted.inertia == pytest.approx(weighted[-1].inertia, rel=1e-9)
    assert np.allclose(fitted.centers, weighted[-1].centers, rtol=1e-9)


def test_lloyd_stops_when_told():
    steps = list(kmeans.lloyd(POINTS, POINTS[:6], max_iter=2))
    more = list(kmeans.lloyd(POINTS, POINTS[:6]))
    assert len(steps) == 2 < len(more)
    assert np.array_equal(steps[1].moved, more[1].moved)


# Empty clusters

def bad_start(kind, rng, points, k):
    if kind == "doubled":
        return rng.choice(points, k, replace=True)
    if kind == "one place":
        return np.repeat(rng.choice(points, 1), k, axis=0)
    return rng.normal(0, 1000, (k, points.shape[1]))  # far off


@pytest.mark.parametrize("kind", ["doubled", "one place", "far off"])
@given(seed=seeds)
def test_empty_clusters_are_filled(kind, seed):
    rng, points, weights, k = cloud(seed)
    start = bad_start(kind, rng, points, k)
    steps = list(kmeans.lloyd(points, start, weights=weights))
    assert_steps_go_down_to_a_stable_end(steps, points, weights, k)
    found = kmeans.fit(points, k, weights=weights, start=start)
    assert np.unique(found.labels).tolist() == list(range(k))
    assert found.inertia <= inertia_of(points, weights, start) * (1 + 1e-12) + 1e-9
    assert found.inertia == pytest.approx(inertia_of(points, weights, found.centers), abs=1e-9)
    assert np.allclose(found.centers, means_of(points, weights, found.labels, k), atol=1e-9)


def test_filling_one_cluster_empties_no_other():
    # The farthest point, 100, is the only one of the second centre.
    points, start = np.array([[0.0], [1], [100]]), [[0.4], [60], [-1000]]
    steps = list(kmeans.lloyd(points, start))
    assert_steps_go_down_to_a_stable_end(steps, points, np.ones(3), 3)
    assert steps[-1].inertia == 0 and kmeans.fit(points, 3, start=start).inertia == 0


@pytest.mark.parametrize("start", [[[1, 1], [5, 5], [8, 1]], [[1, 1], [1, 1], [1, 1]]])
def test_points_of_weight_zero_count_for_nothing(start):
    rng = np.random.default_rng(0)
    heaps = np.concatenate([rng.normal(at, 0.5, (10, 2)) for at in ((0, 0), (5, 5), (9, 0))])
    points = np.concatenate([heaps, [[1000, 0], [0, 1000], [500, -500]]])
    weights = np.repeat([1.0, 0.0], [30, 3])
    alone = kmeans.fit(heaps, 3, start=start)
    found = kmeans.fit(points, 3, start=start, weights=weights)
    assert np.array_equal(found.labels[:30], alone.labels)
    assert np.allclose(found.centers, alone.centers, rtol=1e-9)
    assert found.inertia == pytest.approx(alone.inertia, rel=1e-9)
    # They still get the label of the nearest centre.
    assert np.array_equal(found.labels[30:], cdist(points[30:], found.centers).argmin(axis=1))
    steps = list(kmeans.lloyd(points, start, weights=weights))
    assert np.array_equal(steps[-1].labels, found.labels)
    drawn = kmeans.plus_plus(points, 3, weights=weights, n_init=50)
    assert (np.abs(drawn) < 100).all()


# plus_plus

def test_starts_are_points():
    weights = np.arange(30.0)  # the first counts for nothing
    centers = kmeans.plus_plus(POINTS, 5, weights=weights, n_init=40, seed=1)
    assert centers.shape == (40, 5, 2) and centers.dtype == np.float64
    chosen = cdist(centers.reshape(-1, 2), POINTS).argmin(axis=1).reshape(40, 5)
    assert np.array_equal(POINTS[chosen], centers)
    assert (chosen > 0).all()
    assert all(len(set(row)) == 5 for row in chosen.tolist())  # no point twice
    assert len(np.unique(chosen, axis=0)) > 30
    assert kmeans.plus_plus(POINTS, 3).shape == (1, 3, 2)


def test_starts_are_seeded():
    one = kmeans.plus_plus(POINTS, 5, n_init=3, seed=7)
    assert np.array_equal(one, kmeans.plus_plus(POINTS, 5, n_init=3, seed=7))
    assert not np.array_equal(one, kmeans.plus_plus(POINTS, 5, n_init=3, seed=8))


def test_as_many_centers_as_points_are_all_points():
    for centers in kmeans.plus_plus(POINTS, 30, n_init=5, weights=np.arange(1, 31)):
        assert np.array_equal(np.unique(centers, axis=0), np.unique(POINTS, axis=0))


def test_the_first_center_is_drawn_by_weight():
    first = kmeans.plus_plus([[0], [1], [2]], 1, weights=[1, 6, 3], n_init=20_000).ravel()
    assert np.bincount(first.astype(int)) / 20_000 == pytest.approx([0.1, 0.6, 0.3], abs=0.02)


def test_the_second_center_is_drawn_by_weight_times_squared_distance():
    # From 0, both 3 and 6 have weight times squared distance 36, so each draw is even. Of two draws
    # the better stays, and that is 3: it leaves an inertia of 9, while 6 leaves 36.
    centers = kmeans.plus_plus([[0], [3], [6]], 2, weights=[1e9, 4, 1], n_init=20_000)
    second = centers[centers[:, 0, 0] == 0, 1, 0]
    assert len(second) > 19_990
    assert (second == 6).mean() == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize("k", [4, 10])
def test_starts_are_as_good_as_scikit_learns(k, scenes):
    values, counts, _ = unique_colors(scenes["landscape"])
    ours = [inertia_of(values, counts, centers)
            for centers in kmeans.plus_plus(values, k, weights=counts, n_init=300)]
    theirs = [inertia_of(values, counts, kmeans_plusplus(values, k, sample_weight=counts,
                                                         random_state=seed)[0])
              for seed in range(300)]
    assert np.mean(ours) == pytest.approx(np.mean(theirs), rel=0.1)


# fit

@pytest.mark.parametrize("seed", [0, 1])
def test_the_default_starts_suffice_for_landscapes(seed):
    colors = unique_colors(landscape.make(256, seed=seed).image)
    for k in (4, 7, 10):
        theirs = KMeans(k, n_init=60, tol=0, random_state=0).fit(colors.values,
                                                                 sample_weight=colors.counts)
        for found in (kmeans.fit(colors.values, k, weights=colors.counts),
                      kmeans.fit_colors(colors, k)):
            assert found.inertia <= 1.002 * theirs.inertia_


def test_one_start_does_not_suffice():
    values, counts, _ = unique_colors(landscape.make(128).image)
    single = [kmeans.fit(values, 10, weights=counts, n_init=1, seed=s).inertia for s in range(15)]
    default = kmeans.fit(values, 10, weights=counts).inertia
    assert default <= 1.001 * min(single) and default < 0.99 * max(single)


def test_equal_seeds_give_equal_results(scenes):
    image = scenes["cat"]
    one, other = (kmeans.segment(image, 6, n_init=1, seed=5) for _ in range(2))
    assert np.array_equal(one.labels, other.labels) and np.array_equal(one.centers, other.centers)
    assert one.inertia == other.inertia
    assert any(not np.array_equal(one.centers, kmeans.segment(image, 6, n_init=1, seed=s).centers)
               for s in range(5))


@given(seeds)
def test_a_fit_is_stable_and_complete(seed):
    _, points, weights, k = cloud(seed, most=40)
    found = kmeans.fit(points, k, weights=weights, seed=seed)
    assert found.labels.dtype == np.int32 and found.centers.shape == (k, points.shape[1])
    assert np.unique(found.labels).tolist() == list(range(k))
    assert np.allclose(found.centers, means_of(points, weights, found.labels, k), atol=1e-9)
    distance = cdist(points, found.centers, "sqeuclidean")
    own = distance[np.arange(len(points)), found.labels]
    assert np.allclose(own, distance.min(axis=1), atol=1e-9)
    assert found.inertia == pytest.approx(weights @ distance.min(axis=1), abs=1e-9)
    if k == len(points):
        assert found.inertia == pytest.approx(0, abs=1e-12)


def test_one_cluster_is_the_mean(scenes):
    found = kmeans.segment(scenes["cat"], 1)
    pixels = pixels_of(scenes["cat"])
    assert (found.labels == 0).all()
    assert np.allclose(found.centers, [pixels.mean(axis=0)], rtol=1e-12)
    assert found.inertia == pytest.approx(len(pixels) * pixels.var(axis=0).sum(), rel=1e-12)


def test_clusters_are_numbered_from_dark_to_bright():
    # By their mean, blue would come after green.
    blue, green, red, white = (0, 0, 255), (0, 60, 0), (255, 0, 0), (255, 255, 255)
    found = kmeans.fit([white, blue, red, green], 4)
    assert np.allclose(found.centers, [blue, green, red, white])
    assert found.labels.tolist() == [3, 0, 2, 1]
    # Without three channels by the mean of the channels, whatever their order.
    four = np.array([[0, 0, 0, 9], [8, 0, 0, 0], [5, 5, 0, 0]])
    assert kmeans.fit(four, 3).labels.tolist() == [1, 0, 2]
    assert kmeans.fit([[9], [1], [5]], 3).labels.tolist() == [2, 0, 1]


@pytest.mark.parametrize("scene", ["landscape", "cat"])
@pytest.mark.parametrize("k", [4, 12, 16])
def test_clusters_of_a_picture_are_numbered_from_dark_to_bright(scene, k, scenes):
    found = kmeans.segment(scenes[scene], k)
    assert (np.diff(found.centers @ LUMINANCE) > 0).all()
    assert np.allclose(found.centers, means_of(pixels_of(scenes[scene]), np.ones(found.labels.size),
                                               found.labels.ravel(), k), rtol=1e-9)


def test_a_start_keeps_its_order(scenes):
    start = np.array([(220, 220, 220), (20, 20, 220), (139, 69, 19), (20, 220, 20)], np.uint8)
    image = scenes["landscape"]
    colors = unique_colors(image)
    one = kmeans.segment(image, 4, start=start)
    assert cdist(one.centers, start).argmin(axis=1).tolist() == [0, 1, 2, 3]
    for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
        for other in (kmeans.segment(image, 4, start=start[order]),
                      kmeans.fit_colors(colors, 4, start=start[order].tolist()),
                      kmeans.fit(colors.values, 4, weights=colors.counts, start=start[order])):
            assert np.allclose(other.centers, one.centers[order], rtol=1e-9)
            labels = other.labels if other.labels.ndim == 2 else other.labels[colors.index]
            assert np.array_equal(np.array(order)[labels], one.labels)


def test_inputs_are_left_alone():
    points, weights, start = POINTS.copy(), np.arange(1.0, 31), POINTS[:3].copy()
    for array in (points, weights, start):
        array.flags.writeable = False
    found = kmeans.fit(points, 3, weights=weights, start=start)
    steps = list(kmeans.lloyd(points, start, weights=weights))
    assert np.array_equal(steps[0].centers, start) and not np.shares_memory(found.centers, start)
    steps[0].centers[:] = 0
    kmeans.fit(points, 3, weights=weights)
    assert np.array_equal(points, POINTS) and np.array_equal(start, POINTS[:3])


def threads():
    return {lib["filepath"]: lib["num_threads"] for lib in threadpool_info()}


def test_one_thread_inside_and_no_limit_left_behind(monkeypatch):
    inside = []
    fit = KMeans.fit

    def watched(self, *args, **kwargs):
        inside.append(set(threads().values()))
        return fit(self, *args, **kwargs)

    monkeypatch.setattr(KMeans, "fit", watched)
    with threadpool_limits(2):
        before = threads()
        kmeans.fit(POINTS, 3)
        assert inside == [{1}] and threads() == before
        with pytest.raises(ValueError, match="different"):
            kmeans.fit(np.zeros((5, 2)), 2)
        assert threads() == before


# fit_colors, segment

@pytest.mark.parametrize("k", [4, 9])
def test_photographs_are_within_two_thousandths_of_a_direct_fit(k):
    image = images.shrink(images.load("chelsea"), 150)
    colors = unique_colors(image)
    assert len(colors.counts) > 8000 > len(bin_colors(colors).counts)
    direct = kmeans.fit(colors.values, k, weights=colors.counts)
    found = kmeans.segment(image, k)
    assert found.inertia <= 1.002 * direct.inertia
    # No label changes any more.
    pixels = pixels_of(image)
    again = sklearn_from(pixels, found.centers)
    assert again.n_iter_ <= 2 and np.array_equal(again.labels_, found.labels.ravel())
    assert found.inertia == pytest.approx(again.inertia_, rel=1e-9)


def test_segment_is_fit_colors_and_the_index(scenes):
    image = scenes["cat"]
    colors = unique_colors(image)
    options = {"n_init": 2, "seed": 4}
    found, clusters = kmeans.segment(image, 5, **options), kmeans.fit_colors(colors, 5, **options)
    assert np.array_equal(found.labels, clusters.labels[colors.index])
    assert np.array_equal(found.centers, clusters.centers) and found.inertia == clusters.inertia


def test_grey_pictures(scenes):
    grey = scenes["grey"]
    one, three = kmeans.segment(grey, 4), kmeans.segment(np.repeat(grey[..., None], 3, axis=2), 4)
    assert one.labels.shape == grey.shape and one.centers.shape == (4, 1)
    assert np.array_equal(one.labels, three.labels)
    assert np.allclose(np.repeat(one.centers, 3, axis=1), three.centers, rtol=1e-9)
    assert 3 * one.inertia == pytest.approx(three.inertia, rel=1e-9)
    # Brighter pixels have higher labels.
    assert (np.diff(one.labels.ravel()[np.argsort(grey.ravel())]) >= 0).all()


@pytest.mark.parametrize("palette", [
    [(0, 0, 0), (200, 0, 30), (0, 255, 9), (255, 255, 255)],
    [(10, 10, 10), (11, 10, 10), (10, 12, 10)],  # all in one bin
    [(7, 7, 7)],
    [0, 1, 2, 128, 255],
])
def test_a_picture_of_k_colors(palette):
    palette = np.array(palette, np.uint8)
    k = len(palette)
    numbers = np.random.default_rng(0).permutation(np.arange(63) % k).reshape(9, 7)
    found = kmeans.segment(palette[numbers], k)
    assert found.inertia == pytest.approx(0, abs=1e-9)
    assert np.allclose(found.centers[found.labels], palette[numbers].reshape(9, 7, -1), atol=1e-9)
    brightness = found.centers @ LUMINANCE if found.centers.shape[1] == 3 else found.centers[:, 0]
    assert (np.diff(brightness) > 0).all()
    message = f"k must be .* from 1 to {k}, the number of different colours; got {k + 1}"
    for start in (None, np.zeros((k + 1, found.centers.shape[1]))):
        with pytest.raises(ValueError, match=message):
            kmeans.segment(palette[numbers], k + 1, start=start)


# What is wrong

@pytest.mark.parametrize("points, weights, message", [
    (POINTS, np.zeros(30), "weights must be 30 numbers of 0 or more, one for each point"),
    (POINTS, -np.ones(30), "weights must be 30 numbers of 0 or more, .* from -1"),
    (POINTS, np.r_[np.nan, np.ones(29)], "weights must be 30 numbers of 0 or more"),
    (POINTS, np.r_[np.inf, np.ones(29)], "weights must be"),
    (POINTS, np.ones(29), r"weights must be 30 numbers .* got shape \(29,\)"),
    (POINTS, np.ones((30, 1)), r"weights must be 30 numbers .* got shape \(30, 1\)"),
    (POINTS, 1.0, r"weights must be 30 numbers .* got shape \(\)"),
    (np.r_[POINTS, [[0, np.nan]]], None, "points must be finite numbers"),
    (np.r_[POINTS, [[0, -np.inf]]], None, "points must be finite numbers"),
    (POINTS[:, 0], None, r"points must have one row each, .* got \(30,\)"),
    (POINTS[None], None, r"points must have one row each, .* got \(1, 30, 2\)"),
    (POINTS[:0], None, r"points must have one row each, .* got \(0, 2\)"),
])
def test_points_and_weights_are_checked(points, weights, message):
    for function in (lambda: kmeans.fit(points, 2, weights=weights),
                     lambda: kmeans.fit(points, 2, weights=weights, start=[[0, 0], [1, 1]]),
                     lambda: kmeans.plus_plus(points, 2, weights=weights),
                     lambda: next(kmeans.lloyd(points, [[0, 0], [1, 1]], weights=weights))):
        with pytest.raises(ValueError, match=message):
            function()


@pytest.mark.parametrize("k", [0, -1, 31, 2.5, np.nan, np.inf])
def test_k_is_checked(k):
    message = f"k must be a whole number from 1 to 30, .* got {k}"
    for function in (kmeans.fit, kmeans.plus_plus):
        with pytest.raises(ValueError, match=message):
            function(POINTS, k)
        # Points of weight 0 are none.
        with pytest.raises(ValueError, match="k must be a whole number from 1 to 2, .* got 3"):
            function(POINTS, 3, weights=np.arange(30) < 2)


def test_more_clusters_than_different_points_are_refused():
    points = np.repeat(POINTS[:3], 4, axis=0)
    assert kmeans.fit(points, 3).inertia == pytest.approx(0, abs=1e-12)
    for start in (None, POINTS[:4]):
        with pytest.raises(ValueError, match="k must be .* number of different .* got .*4"):
            kmeans.fit(points, 4, start=start)


@pytest.mark.parametrize("n_init", [0, -2, 1.5])
def test_n_init_is_checked(n_init):
    for function in (kmeans.fit, kmeans.plus_plus):
        with pytest.raises(ValueError, match=f"n_init must be .* got {n_init}"):
            function(POINTS, 3, n_init=n_init)


@pytest.mark.parametrize("start, message", [
    (POINTS[:2], r"start must have shape \(3, 2\), one row for each cluster; it is \(2, 2\)"),
    (np.zeros((3, 3)), r"start must have shape \(3, 2\), .* it is \(3, 3\)"),
    (np.zeros(3), r"start must have shape \(3, 2\), .* it is \(3,\)"),
    (np.r_[POINTS[:2], [[0, np.nan]]], "start must be finite numbers"),
])
def test_start_is_checked(start, message):
    with pytest.raises(ValueError, match=message):
        kmeans.fit(POINTS, 3, start=start)


@pytest.mark.parametrize("centers, message", [
    (np.zeros((3, 3)), r"centers must have one column for each of the 2 columns .* \(3, 3\)"),
    (np.zeros(3), r"centers must have one column for each of the 2 columns .* \(3,\)"),
    (np.zeros((31, 2)), "k must be a whole number from 1 to 30, .* got 31"),
    (np.zeros((0, 2)), "k must be a whole number from 1 to 30, .* got 0"),
    ([[0, 0], [0, np.inf]], "centers must be finite numbers"),
])
def test_centers_are_checked(centers, message):
    with pytest.raises(ValueError, match=message):
        next(kmeans.lloyd(POINTS, centers))
