"""Nine methods with one face: odd pictures, bad input, and equality with the plain calls."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, is_valid_linkage
from sklearn.cluster import DBSCAN, KMeans, MeanShift

from lessons_lib import clusterings, features, scenes, scores
from lessons_lib.colors import unique_colors

PHOTO = scenes.photograph("coffee", 100).image
FLAT = np.full((40, 50, 3), 90, np.uint8)
TOLD_K = [name for name, main in clusterings.MAIN.items() if main == "k"]


@pytest.mark.parametrize("method", clusterings.METHODS)
def test_one_face(method):
    for level in (0, 5, 9):
        told = clusterings.at_level(method, level)
        found = clusterings.segment(PHOTO, method, **told)
        assert found.told == told and found.on
        assert found.labels.shape == PHOTO.shape[:2] and found.labels.dtype == np.int32
        seen = np.unique(found.labels[found.labels >= 0])
        assert np.array_equal(seen, np.arange(len(seen)))


@pytest.mark.parametrize("method", clusterings.METHODS)
def test_a_picture_of_one_colour_is_one_region_or_as_many_as_asked_for(method):
    told = clusterings.at_level(method, 2, FLAT)
    assert told.get("k", 1) == 1
    labels = clusterings.segment(FLAT, method, **told).labels
    assert len(np.unique(labels)) == 1


@pytest.mark.parametrize("method", clusterings.METHODS)
def test_grey_is_colour_in_three_equal_channels(method):
    gray = scenes.discs(60).image[..., 0]
    told = clusterings.at_level(method, 3)
    one, three = (clusterings.segment(a, method, **told).labels
                  for a in (gray, np.repeat(gray[..., None], 3, axis=2)))
    assert np.array_equal(one, three)


@pytest.mark.parametrize("method", ["Gaussian mixture", "Ward", "region graph", "k-means"])
def test_more_clusters_than_points_are_refused(method):
    with pytest.raises(ValueError, match=r"k must be a whole number from 1 to \d+, the number of"):
        clusterings.segment(FLAT, method, k=4000)


@pytest.mark.parametrize("method", TOLD_K)
@pytest.mark.parametrize("k", [0, -1, 2.5, "3", None, np.nan])
def test_k_is_a_whole_number(method, k):
    with pytest.raises(ValueError, match="k must be"):
        clusterings.segment(PHOTO, method, k=k)


def test_all_noise_is_a_map_of_minus_one():
    labels = clusterings.segment(PHOTO, "DBSCAN", eps=0.1, min_share=1.0).labels
    assert (labels == -1).all() and labels.shape == PHOTO.shape[:2]
    truth = np.arange(labels.size).reshape(labels.shape) % 3
    assert scores.adjusted_rand(truth, labels) <= 0 and scores.covering(truth, labels) == 0


@pytest.mark.parametrize("method, told, message", [
    ("DBSCAN", {"bits": 8}, "bits asks for .* GB at once.*fewer bits make fewer bins"),
    ("HDBSCAN", {"n_segments": 40_000}, "n_segments asks for .* GB at once.*fewer superpixels"),
])
def test_memory_is_refused_before_it_is_asked_for(method, told, message):
    rows, columns = np.mgrid[:256, :256]
    rainbow = np.stack([rows, columns, (rows * columns) % 256], axis=2).astype(np.uint8)
    with pytest.raises(ValueError, match=message):
        clusterings.segment(rainbow, method, **told)


@pytest.mark.parametrize("method, told, message", [
    ("best", {}, "method must be one of k-means, Gaussian"),
    ("DBSCAN", {"eps": 0}, "eps must be"), ("DBSCAN", {"min_share": 2}, "min_share must be"),
    ("HDBSCAN", {"min_cluster_size": 1}, "min_cluster_size must be"),
    ("HDBSCAN", {"min_cluster_size": 9999}, "min_cluster_size must be at most"),
    ("mean shift", {"bandwidth": np.inf}, "bandwidth must be"),
    ("Felzenszwalb", {"scale": -1}, "scale must be"), ("Ward", {"n_segments": 1}, "n_segments"),
])
def test_settings_out_of_range(method, told, message):
    with pytest.raises(ValueError, match=message):
        clusterings.segment(PHOTO, method, **told)


@pytest.mark.parametrize("image, message", [
    (PHOTO / 255, "dtype uint8"), (PHOTO[..., :2], "RGB or grey"), (PHOTO[:0], "RGB or grey"),
    (np.ma.masked_less(PHOTO, 20), "masked"),
])
@pytest.mark.parametrize("method", ["k-means", "Ward", "Felzenszwalb", "spectral"])
def test_no_pictures(method, image, message):
    with pytest.raises(ValueError, match=message):
        clusterings.segment(image, method)


def test_weights_stand_for_pixels():
    """DBSCAN on bins of one colour each is DBSCAN on pixels; k-means has their inertia."""
    image = PHOTO // 32 * 32
    lab = features.convert(image.reshape(-1, 3), "CIELAB")
    plain = DBSCAN(eps=5.0, min_samples=round(0.002 * len(lab))).fit_predict(lab)
    ours = clusterings.segment(image, "DBSCAN", eps=5.0).labels
    assert scores.adjusted_rand(plain.reshape(ours.shape), ours) == 1
    assert np.array_equal(plain.reshape(ours.shape) < 0, ours < 0)
    pixels = PHOTO.reshape(-1, 3).astype(float)
    labels = clusterings.segment(PHOTO, "k-means", k=4).labels.ravel()
    inertia = sum(((pixels[labels == c] - pixels[labels == c].mean(axis=0)) ** 2).sum()
                  for c in range(4))
    assert inertia <= 1.002 * KMeans(4, n_init=10, random_state=0).fit(pixels).inertia_


@pytest.mark.parametrize("method", clusterings.ON_SUPERPIXELS)
def test_superpixels_made_before_change_nothing(method):
    told = clusterings.at_level(method, 4)
    made = clusterings.superpixels(PHOTO)
    assert np.array_equal(clusterings.segment(PHOTO, method, **told).labels,
                          clusterings.segment(PHOTO, method, made=made, **told).labels)


def test_the_tree_of_ward_cut_at_k_is_ward_with_k():
    pieces, means, _ = made = clusterings.superpixels(PHOTO, 300)
    merges = clusterings.ward_merges(pieces, means)
    assert is_valid_linkage(merges) and (np.diff(merges[:, 2]) >= 0).all()
    for k in (1, 2, 5, 17, len(means)):
        leaves = clusterings.cut_merges(merges, k)
        assert leaves.max() + 1 == k
        ward = clusterings.segment(PHOTO, "Ward", k=k, made=made).labels
        assert scores.adjusted_rand(ward, leaves[pieces]) == 1
        if (merges[:, 2] > merges[len(merges) - k, 2]).sum() == k - 1:  # no tie at the cut
            same = fcluster(merges, merges[len(merges) - k, 2], "distance")
            assert scores.adjusted_rand(same[None], leaves[None]) == 1
    for k in (0, len(means) + 1, 1.5):
        with pytest.raises(ValueError, match="k must be"):
            clusterings.cut_merges(merges, k)


@pytest.mark.parametrize("bandwidth", [6.0, 12.0, 25.0, 60.0])
@pytest.mark.parametrize("name", ["photograph", "landscape"])
def test_mean_shift_of_weighted_colours_is_that_of_pixels(name, bandwidth):
    image = PHOTO // 16 * 16 if name == "photograph" else scenes.terrain(96, seed=1).image
    lab = features.convert(image.reshape(-1, 3), "CIELAB")
    plain = MeanShift(bandwidth=bandwidth, bin_seeding=True).fit(lab)
    colors = unique_colors(image)
    labels, peaks = clusterings.climb(features.convert(colors.values, "CIELAB"), colors.counts,
                                      bandwidth)
    assert np.allclose(peaks, plain.cluster_centers_, atol=1e-6)
    assert np.array_equal(labels[colors.index].ravel(), plain.labels_)
    ours = clusterings.segment(image, "mean shift", bandwidth=bandwidth)
    assert scores.adjusted_rand(plain.labels_.reshape(ours.labels.shape), ours.labels) == 1


def test_one_colour_is_one_peak():
    labels, peaks = clusterings.climb(np.ones((1, 3)), np.array([7]), 0.1)
    assert labels.tolist() == [0] and np.allclose(peaks, 1)


@pytest.mark.parametrize("points, weights, bandwidth, message", [
    ([[np.nan]], [1], 1.0, "points must be finite"), ([[0.0]], [0], 1.0, "weights must be above 0"),
    ([[0.0]], [1, 2], 1.0, "weights must be above 0, one for each"),
    (np.zeros((0, 3)), [], 1.0, "weights"), ([[0.0]], [1], 0, "bandwidth must be"),
])
def test_what_cannot_climb_is_refused(points, weights, bandwidth, message):
    with pytest.raises(ValueError, match=message):
        clusterings.climb(np.array(points), np.array(weights), bandwidth)
