"""The ball on a beach."""

import numpy as np
import pytest

from lessons_lib import beach


@pytest.mark.parametrize("sky", beach.SKIES)
@pytest.mark.parametrize("shade", [0.0, 0.4, 1.0])
def test_without_noise_each_part_has_its_colour(sky, shade):
    scene = beach.make(sky, shade=shade, noise=0)
    lit, dark = scene.ball.copy(), scene.ball.copy()
    lit[:, 90:], dark[:, :90] = False, False
    assert lit.sum() == dark.sum() > 1000
    assert (scene.image[lit] == beach.PAINT).all()
    assert (scene.image[dark] == (shade * np.array(beach.PAINT)).astype(int)).all()
    assert (scene.image[:40][~scene.ball[:40]] == beach.SKIES[sky]).all()
    assert (scene.image[54:][~scene.ball[54:]] == beach.SAND).all()


def test_noise_comes_from_the_seed():
    one, again, other = (beach.make(seed=seed).image for seed in (3, 3, 4))
    assert np.array_equal(one, again) and not np.array_equal(one, other)
    sand = beach.make(noise=6).image[110:].astype(float)
    assert sand.std(axis=(0, 1)) == pytest.approx([6, 6, 6], abs=0.5)


@pytest.mark.parametrize("wrong, message", [
    ({"sky": "green"}, r"sky must be one of \['blue', 'hazy'\]; got 'green'"),
    ({"shade": 1.5}, "shade must be a number from 0 to 1; got 1.5")])
def test_what_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        beach.make(**wrong)
