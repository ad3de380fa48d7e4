"""Tests of lessons_lib.colors: each colour once with its pixels, and bins of colours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lessons_lib import images
from lessons_lib.colors import bin_colors, unique_colors

RANDOM = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)

shapes = st.tuples(st.integers(1, 8), st.integers(1, 8))
# Few different values, so that colours come back; 0 and 255 are among them.
pictures = (shapes | st.tuples(st.integers(1, 8), st.integers(1, 8), st.just(3))).flatmap(
    lambda shape: hnp.arrays(np.uint8, shape, elements=st.sampled_from([0, 1, 8, 127, 255])))


def per_channel(image):
    """The picture with an axis of channels, also if it is grey."""
    return image.reshape(*image.shape[:2], -1)


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


# unique_colors

@given(pictures)
def test_colors_and_index_give_the_picture_again(image):
    values, counts, index = unique_colors(image)
    assert np.array_equal(values[index], per_channel(image))
    assert values.dtype == np.float64 and counts.dtype == np.int64
    assert index.shape == image.shape[:2] and index.dtype.kind == "i"
    # Each colour once, in order of first appearance, and none that is not there.
    assert len(np.unique(values, axis=0)) == len(values)
    numbers, first = np.unique(index, return_index=True)
    assert numbers.tolist() == list(range(len(values))) and (np.diff(first) > 0).all()
    assert counts.tolist() == [(index == number).sum() for number in numbers]


def test_unique_colors_by_hand():
    red, blue, black = (255, 0, 0), (0, 0, 255), (0, 0, 0)
    image = np.array([[blue, red, blue], [black, red, blue]], dtype=np.uint8)
    values, counts, index = unique_colors(image)
    assert values.tolist() == [[0, 0, 255], [255, 0, 0], [0, 0, 0]]
    assert counts.tolist() == [3, 2, 1]
    assert index.tolist() == [[0, 1, 0], [2, 1, 0]]


def test_many_colors():
    image = np.random.default_rng(1).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    values, counts, index = unique_colors(image)
    assert np.array_equal(values[index], image)
    packed, n_pixels = np.unique(image.reshape(-1, 3) @ [1, 256, 65536], return_counts=True)
    assert len(packed) > 110_000
    order = np.argsort(values @ [1, 256, 65536])
    assert np.array_equal(values[order] @ [1, 256, 65536], packed)
    assert np.array_equal(counts[order], n_pixels)


@pytest.mark.parametrize("view", [
    lambda image: image[::-1, ::3], lambda image: image.transpose(1, 0, 2),
    lambda image: image[..., ::-1], lambda image: image[..., 1], np.asfortranarray,
])
def test_any_memory_order_will_do(view):
    image = RANDOM % 3
    assert same(unique_colors(view(image)),
                unique_colors(np.ascontiguousarray(view(image))))


def test_the_picture_may_be_read_only_and_is_left_alone():
    image = RANDOM.copy()
    image.flags.writeable = False
    colors = unique_colors(image)
    assert np.array_equal(image, RANDOM)
    colors.values[:] = colors.index[:] = 0  # theirs, not the picture's
    assert np.array_equal(image, RANDOM)


@pytest.mark.parametrize("image, message", [
    (RANDOM / 255, r"image must be RGB or grey of dtype uint8 .* got float64 of shape \(30, 40, 3"),
    (RANDOM.astype(np.int64), "image must be RGB or grey of dtype uint8 .* got int64"),
    (RANDOM > 100, "image must be .* got bool"),
    (RANDOM.tolist(), "image must be .* got int64"),
    (np.zeros((4, 5, 4), np.uint8), r"image must be .* got uint8 of shape \(4, 5, 4\)"),
    (np.zeros((4, 5, 1), np.uint8), r"image must be .* got uint8 of shape \(4, 5, 1\)"),
    (np.zeros(5, np.uint8), r"image must be .* got uint8 of shape \(5,\)"),
    (np.zeros((0, 5, 3), np.uint8), r"image must have pixels; its shape is \(0, 5, 3\)"),
    (np.zeros((4, 0), np.uint8), r"image must have pixels; its shape is \(4, 0\)"),
])
def test_unique_colors_say_what_is_wrong(image, message):
    with pytest.raises(ValueError, match=message):
        unique_colors(image)


# bin_colors

def assert_bins_are_means_of_pixels(image, bins, bits):
    """Plainly: pixels whose channels share their first bits, and their mean."""
    pixels = per_channel(image).reshape(-1, per_channel(image).shape[2]).astype(float)
    groups = {}
    for pixel, number in zip(pixels, bins.index.ravel()):
        groups.setdefault(tuple(pixel // 2 ** (8 - bits)), []).append((number, pixel))
    assert len(groups) == len(bins.values) == len(bins.counts)
    assert bins.values.dtype == np.float64 and bins.counts.dtype == np.int64
    assert bins.index.shape == image.shape[:2]
    for members in groups.values():
        numbers, colors = zip(*members)
        assert len(set(numbers)) == 1
        assert bins.counts[numbers[0]] == len(members)
        assert np.allclose(bins.values[numbers[0]], np.mean(colors, axis=0), rtol=1e-12)


@given(pictures, st.integers(1, 8))
def test_bins_are_means_over_their_pixels(image, bits):
    bins = bin_colors(unique_colors(image), bits)
    assert_bins_are_means_of_pixels(image, bins, bits)


@pytest.mark.parametrize("bits", range(1, 9))
def test_bins_of_a_photograph(bits):
    image = images.shrink(images.load("chelsea"), 60)
    bins = bin_colors(unique_colors(image), bits)
    assert_bins_are_means_of_pixels(image, bins, bits)
    assert bins.counts.sum() == image[..., 0].size


def test_five_bits_are_the_default():
    colors = unique_colors(RANDOM)
    assert same(bin_colors(colors), bin_colors(colors, 5))


@given(pictures)
def test_eight_bits_keep_the_colors(image):
    colors = unique_colors(image)
    bins = bin_colors(colors, 8)
    assert len(bins.values) == len(colors.values)
    assert np.array_equal(bins.values[bins.index], per_channel(image))
    assert np.array_equal(bins.counts[bins.index], colors.counts[colors.index])


def test_bins_of_bins():
    colors = unique_colors(RANDOM)
    twice = bin_colors(bin_colors(colors, 4), 2)
    once = bin_colors(colors, 2)
    assert np.allclose(twice.values, once.values, rtol=1e-12)
    assert np.array_equal(twice.counts, once.counts) and np.array_equal(twice.index, once.index)


@pytest.mark.parametrize("bits", [0, 9, -3, 2.5, np.nan, None, "5"])
def test_bits_out_of_range(bits):
    with pytest.raises(ValueError, match=f"bits must be a whole number from 1 to 8, got {bits!r}"):
        bin_colors(unique_colors(RANDOM), bits)


@pytest.mark.parametrize("image", [RANDOM, RANDOM[..., 0]])
def test_counts_without_an_index(image):
    with_index, without = unique_colors(image), unique_colors(image, index=False)
    assert without.index is None and same(with_index[:2], without[:2])
    assert bin_colors(without).index is None
    assert same(bin_colors(with_index)[:2], bin_colors(without)[:2])
