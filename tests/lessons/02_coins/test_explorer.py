"""The explorer of lesson 02: other pictures, scores, errors."""

import re

import numpy as np
import pytest
from scipy import ndimage

from tests.explorers.common import SHAPES, good, grey, some_picture


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("with_truth", [True, False])
def test_coins_with_other_pictures(shape, with_truth):
    from lessons_lib.explorers import coins

    image = some_picture(shape)
    truth = ndimage.label(ndimage.gaussian_filter(image, 3) > 150)[0] - 1 if with_truth else None
    explorer = coins.explorer(image, truth, regions=6, beta=10.0)
    most = max(coins.SUPERPIXELS)
    for settings in ({}, {"regions": 2}, {"regions": 48, "superpixels": most},
                     {"superpixels": 500}):
        for key, value in settings.items():
            explorer.controls[key].value = value
        regions = explorer.settings["regions"]
        assert re.match(rf"{regions} regions from \d+ superpixels", explorer.status)
        assert ("objects found" in explorer.status) == with_truth
        assert explorer.picture.rgb.shape[1] > 2 * shape[1]  # two panels and a gap


def test_coins_with_a_photograph_and_no_truth():
    from lessons_lib.explorers import coins

    explorer = coins.explorer(grey("camera", 200))
    good(explorer, r"35 regions from \d+ superpixels, beta 30, kmeans: normalised cut \d\.\d{3}\.")


def test_coins_with_a_picture_of_one_grey():
    from lessons_lib.explorers import coins

    explorer = coins.explorer(np.full((60, 80), 7, np.uint8), regions=4)
    assert explorer.status.startswith("4 regions from")


def test_coins_from_half_the_bonds_are_those_from_all():
    from lessons_lib import graphs, scores, spectral
    from lessons_lib.explorers import coins

    image = np.random.default_rng(0).integers(0, 256, (40, 50), dtype=np.uint8)
    smooth = ndimage.gaussian_filter(image, 2.0)
    pieces = graphs.superpixels(smooth / 255, 500, compactness=0.2)
    bonds = graphs.contract(graphs.affinity(graphs.pixel_graph(smooth), 10.0), pieces)
    labels = spectral.assign(spectral.embed(bonds, 8).vectors, 6)
    cut = scores.normalized_cut(bonds, labels)
    text = coins.renderer(image)(regions=6, beta=10.0, superpixels=500).text
    assert f"normalised cut {cut:.3f}" in text


def test_a_region_bears_the_number_of_the_coin_that_it_finds():
    from lessons_lib.explorers import coins

    rows, columns = np.indices((90, 120))
    truth = np.full((90, 120), -1)
    places = [(60, 85), (28, 30)]  # from below: not in reading order
    for number, (row, column) in enumerate(places):
        truth[np.hypot(rows - row, columns - column) < 18] = number
    image = np.where(truth < 0, 30, 200).astype(np.uint8)
    picture = coins.renderer(image, truth)(regions=3, beta=10.0, superpixels=500)
    tell = picture.places[-1].tell
    for number, (row, column) in enumerate(places):
        assert f"region {number}" in tell(row / 90, column / 120)
    assert "region 2" in tell(0.05, 0.05)
