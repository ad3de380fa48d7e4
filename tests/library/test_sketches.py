"""Tests of lessons_lib.sketches: what a sketch shows is measured on its points."""

import re

import numpy as np
import pytest

from lessons_lib import choosing_k, figures, landscape, sketches
from lessons_lib.colors import unique_colors

CRITERIA = [name for name in choosing_k.CRITERIA if name != "knee"]


@pytest.fixture(scope="module")
def report():
    return choosing_k.report(unique_colors(landscape.make(64).image), range(1, 13))


@pytest.mark.parametrize("criterion", CRITERIA)
def test_every_criterion_but_the_knee_has_a_sketch_that_stays_in_its_frame(criterion):
    title, rgb = sketches.draw(criterion)
    assert rgb.shape == (sketches.HEIGHT, sketches.WIDTH, 3) and rgb.dtype == np.uint8
    assert re.search(r"\d", title) and "\n" not in title
    assert (rgb != 255).any(axis=2).mean() > 0.03
    if criterion != "stability":  # its borders run on
        assert (rgb[[0, -1]] == 255).all() and (rgb[:, [0, -1]] == 255).all()


def test_sketches_differ_and_are_the_same_each_time():
    pictures = [sketches.draw(name)[1] for name in CRITERIA]
    assert len({picture.tobytes() for picture in pictures}) == len(CRITERIA)
    assert np.array_equal(sketches.draw("gap")[1], pictures[CRITERIA.index("gap")])


@pytest.mark.parametrize("criterion, formula", [
    ("silhouette", lambda a, b, *_: (b - a) / b),
    ("gap", lambda even, own, *_: np.log(even) - np.log(own))])
def test_the_numbers_of_a_title_follow_from_one_another(criterion, formula):
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", sketches.draw(criterion)[0])]
    *given, result = numbers
    assert formula(*given) == pytest.approx(result, abs=0.051)


def test_the_two_samples_agree_in_part():
    ari = float(re.search(r"ARI (\S+)", sketches.draw("stability")[0])[1])
    assert 0.3 < ari < 0.95


def test_the_worst_pair():
    title, _ = sketches.draw("Davies-Bouldin")
    first, second, apart, ratio = map(float, re.findall(r"[\d.]+", title))
    assert (first + second) / apart == pytest.approx(ratio, abs=0.02)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_beside_the_sketch_stands_the_curve_with_its_pick(report, criterion):
    picture = sketches.beside_curve(report, criterion, k_max=8)
    picked = choosing_k.pick(report, criterion, 8)
    says = "picks none" if picked is None else f"picks {picked}"
    name = choosing_k.CRITERIA[criterion][0]
    assert isinstance(picture, figures.Picture)
    assert picture.text.endswith(f"; {name}, k = 1 to 8: {says}.")
    assert sketches.beside_curve(report, criterion).text.endswith(
        f"k = 1 to 12: {'picks none' if report.choices[criterion] is None else 'picks '}"
        f"{report.choices[criterion] or ''}.")


def test_the_knee_is_drawn_elsewhere():
    with pytest.raises(ValueError, match="criterion must be one of silhouette, .*; got 'knee'"):
        sketches.draw("knee")
