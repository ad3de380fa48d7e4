"""Tests of lessons_lib.features: tables of pixels, colour spaces, position, equal scales."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.color import lab2rgb, rgb2hsv
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from lessons_lib import features, images, kmeans


def maps(channels=st.integers(1, 4), numbers=st.floats(-100, 100)):
    """Small feature maps."""
    shapes = st.tuples(st.integers(1, 7), st.integers(1, 7), channels)
    return shapes.flatmap(lambda shape: hnp.arrays(float, shape, elements=numbers))


# to_frame

def test_the_frame_is_that_of_the_slow_way():
    image = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    slow = pd.DataFrame([image[:, :, c].flatten() for c in range(3)]).T
    slow.columns = ["red", "green", "blue"]
    frame = features.to_frame(image)
    pd.testing.assert_frame_equal(frame, slow, check_dtype=False)
    assert (frame.dtypes == np.uint8).all()
    assert np.array_equal(frame.to_numpy().reshape(image.shape), image)
    assert list(features.to_frame(image[..., :2], ["a", "b"]).columns) == ["a", "b"]


@pytest.mark.parametrize("image", [np.zeros((4, 4)), np.zeros((4, 4, 4)), np.zeros((4, 3))])
def test_a_frame_needs_three_channels(image):
    with pytest.raises(ValueError, match=r"image must have shape \(rows, columns, 3\)"):
        features.to_frame(image)


# convert

def test_spaces():
    colors = np.array([[255, 0, 0], [0, 0, 0], [255, 255, 255], [10, 200, 90.0]])
    assert features.convert(colors, "RGB") == pytest.approx(colors)
    lab = features.convert(colors, "CIELAB")
    assert lab2rgb(lab) * 255 == pytest.approx(colors, abs=0.01)
    assert lab[1:3, 0] == pytest.approx([0, 100], abs=1e-3)
    assert features.convert(colors, "CIELAB, no lightness") == pytest.approx(lab[:, 1:])
    assert features.convert(colors, "HSV") == pytest.approx(rgb2hsv(colors / 255))
    for space, names in features.SPACES.items():
        assert features.convert(colors, space).shape == (4, len(names))


def test_two_reds_are_far_apart_in_hue_and_near_on_the_circle():
    reds = np.array([[255, 3, 0], [255, 0, 3.0]])
    flat, circle = (
        np.ptp(features.convert(reds, space), axis=0) for space in ("HSV", "HSV, hue as an angle")
    )
    assert flat[0] > 0.99 and circle.max() < 0.03


@given(hnp.arrays(float, (6, 3), elements=st.floats(0, 255)))
def test_on_the_circle_a_gray_is_in_the_middle(colors):
    hue, saturation, value = features.convert(colors, "HSV").T
    x, y, up = features.convert(colors, "HSV, hue as an angle").T
    assert np.hypot(x, y) == pytest.approx(saturation)
    assert up == pytest.approx(value)


@pytest.mark.parametrize("colors, space, words", [
    (np.zeros((2, 3)), "LAB", "space must be one of .*'CIELAB'.*got 'LAB'"),
    (np.full((2, 3), 256.0), "HSV", "colors must be RGB of 0 to 255"),
    (np.full((2, 3), np.nan), "RGB", "colors must be RGB of 0 to 255"),
    (np.zeros((2, 2, 3)), "CIELAB", r"shape is \(2, 2, 3\)"),
])
def test_bad_colors(colors, space, words):
    with pytest.raises(ValueError, match=words):
        features.convert(colors, space)


# standardize

@given(maps())
def test_standardized_features(values):
    done = features.standardize(values)
    assert done.shape == values.shape and np.isfinite(done).all()
    points = done.reshape(-1, values.shape[2])
    deviation = values.reshape(points.shape).std(axis=0)
    for channel, spread, raw in zip(points.T, deviation, values.reshape(points.shape).T):
        if spread > 1e-6 * (1 + np.abs(raw).max()):
            assert channel.mean() == pytest.approx(0, abs=1e-6)
            assert channel.std() == pytest.approx(1)


def test_standardized_as_by_scikit_learn():
    points = np.random.default_rng(1).normal([5, -3], [2, 40], (50, 2))
    counts = np.random.default_rng(2).integers(1, 9, 50)
    assert features.standardize(points) == pytest.approx(StandardScaler().fit_transform(points))
    repeated = np.repeat(points, counts, axis=0)
    assert np.repeat(features.standardize(points, weights=counts), counts, axis=0) == pytest.approx(
        StandardScaler().fit_transform(repeated))
    assert np.abs(features.standardize(np.full((4, 4, 2), 0.1))).max() < 1e-15


@pytest.mark.parametrize("spread", [1e-6, 1.0, 1e6])
def test_a_nearly_flat_feature_is_no_flat_one(spread):
    values = 1000 + spread * np.array([[0.0], [1.0], [2.0], [3.0]])
    assert features.standardize(values).std() == pytest.approx(1)


# add_position

def test_position():
    values = np.arange(24.0).reshape(2, 4, 3)
    wide = features.add_position(values, 30)
    assert np.array_equal(wide[..., :3], values)
    assert wide[:, 0, 3] == pytest.approx([0, 10])
    assert wide[0, :, 4] == pytest.approx([0, 10, 20, 30])
    assert (wide[:, 0, 4] == 0).all() and (wide[0, :, 3] == 0).all()
    assert (features.add_position(np.ones((1, 1, 1)), 9)[0, 0] == [1, 0, 0]).all()
    with pytest.raises(ValueError, match="weight must be a number of 0 or more, got -1"):
        features.add_position(values, -1)


# bin_features

@given(maps(), st.integers(2, 256))
def test_bins(values, levels):
    bins = features.bin_features(values, levels)
    points, index = values.reshape(-1, values.shape[2]), bins.index.ravel()
    assert bins.index.shape == values.shape[:2]
    assert np.array_equal(np.unique(index), np.arange(len(bins.counts)))
    assert np.array_equal(np.bincount(index), bins.counts)
    for i, mean in enumerate(bins.values):
        assert mean == pytest.approx(points[index == i].mean(axis=0), abs=1e-9)
    width = np.ptp(points, axis=0).max() / levels
    assert np.abs(points - bins.values[index]).max() <= width + 1e-9


def test_bins_are_equally_wide_in_all_features():
    values = np.dstack(np.meshgrid(np.linspace(0, 10, 41), np.linspace(0, 1, 41)))
    assert len(features.bin_features(values, 5).counts) == 5
    assert len(features.bin_features(features.standardize(values), 5).counts) == 25


@pytest.mark.parametrize("values, levels, words", [
    (np.zeros((2, 2, 2)), 1, "levels must be a whole number from 2 to 256, got 1"),
    (np.zeros((2, 2, 2)), 2.5, "levels must be"),
    (np.full((2, 2, 1), np.nan), 8, "features must be finite"),
    (np.zeros((2, 2)), 8, r"shape \(rows, columns, channels\); got shape \(2, 2\)"),
    (np.zeros((0, 2, 2)), 8, "features must be"),
])
def test_bad_bins(values, levels, words):
    with pytest.raises(ValueError, match=words):
        features.bin_features(values, levels)


# segment

def test_clusters_are_those_of_scikit_learn_from_the_same_start():
    values = features.add_position(images.shrink(images.load("coffee"), 90), 100)
    bins = features.bin_features(values)
    rough = kmeans.fit(bins.values, 4, weights=bins.counts, n_init=10)
    plain = KMeans(4, init=rough.centers, n_init=1, tol=0, algorithm="lloyd")
    plain.fit(values.reshape(-1, 5))
    found = features.segment(values, 4)
    assert found.inertia == pytest.approx(plain.inertia_)
    assert np.array_equal(found.labels.ravel(), plain.labels_)
    assert found.labels.shape == values.shape[:2]


@settings(max_examples=30, deadline=None)
@given(maps(numbers=st.integers(-20, 20)), st.integers(2, 40))
def test_inertia_is_that_of_the_labels(values, levels):
    bins = features.bin_features(values, levels)
    k = min(2, len(bins.counts))
    points = values.reshape(-1, values.shape[2])
    for polish in (True, False):
        if polish and len(np.unique(points, axis=0)) < k:
            continue
        found = features.segment(values, k, levels=levels, polish=polish)
        away = points - found.centers[found.labels.ravel()]
        assert found.inertia == pytest.approx((away ** 2).sum(), abs=1e-6)


def test_bins_alone_come_close():
    values = features.add_position(images.shrink(images.load("chelsea"), 150), 100)
    fine, coarse = (features.segment(values, 5, polish=polish) for polish in (True, False))
    assert fine.inertia <= coarse.inertia <= 1.02 * fine.inertia


def test_one_far_pixel_does_not_hide_the_others():
    values = np.random.default_rng(0).normal(0.03, 0.002, (40, 40, 4))
    values[3, 3] = 0.6
    assert len(features.bin_features(values).counts) < 3
    assert len(np.unique(features.segment(values, 3).labels)) == 3
