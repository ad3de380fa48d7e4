"""The explorer of lesson 01: other scenes, scores, errors."""

import re

import numpy as np
import pytest

from lessons_lib import circles, graphs, scores, spectral
from lessons_lib.explorers import circles as explore
from tests.explorers.common import good, put, same
from tests.lessons import module

SAYS = module("01_circles", "settings").SAYS


def measured(scene, beta, k):
    """ARI, normalised cut and eigenvalues of a scene, by the library alone."""
    bonds = graphs.affinity(graphs.pixel_graph(scene.image, scene.mask), beta)
    embedding = spectral.embed(bonds, 9)
    found = spectral.assign(embedding.vectors, k)
    labels = np.full(scene.mask.shape, -1)
    labels[scene.mask] = found
    return (scores.adjusted_rand(scene.truth, labels), scores.normalized_cut(bonds, found),
            embedding.values)


@pytest.mark.parametrize("settings", [
    {"ratio": 1.0, "distance": 0.95, "noise": 0.2},
    {"ratio": 0.4, "distance": 0.9, "noise": 1.5},
    {"ratio": 0.7, "distance": 1.1, "noise": 0.0}])
@pytest.mark.parametrize("beta, k", [(0.0, 2), (3.0, 5)])
def test_scores_of_two_discs_are_those_of_the_library(settings, beta, k):
    rand, cut, values = measured(circles.pair(**settings), beta, k)
    text = explore.render(scene="two", beta=beta, k=k, eigenvector=2, **settings).text
    assert f"cut into k = {k} regions: ARI {rand:z.2f}, normalised cut {cut:.3f}. " in text
    assert text.endswith(f"Eigenvector 2 has eigenvalue {values[2]:.4f}.")


@pytest.mark.parametrize("noise, beta, seed", [(0.0, 5.0, 0), (1.0, 1.0, 3)])
def test_the_four_discs_are_those_of_the_lesson(noise, beta, seed):
    rand, cut, _ = measured(circles.make(noise=noise, seed=seed), beta, 4)
    text = explore.render(noise=noise, beta=beta, seed=seed).text
    assert text.startswith("4 discs, ")
    assert f"ARI {rand:z.2f}, normalised cut {cut:.3f}. " in text


def test_like_discs_are_parted_and_unlike_ones_are_not():
    def rand(ratio):
        text = explore.render(scene="two", k=2, ratio=ratio).text
        assert f"radius ratio {ratio:g}, " in text
        return float(re.search(r"ARI (-?\d\.\d\d)", text)[1])

    assert rand(1.0) > 0.95
    assert rand(0.25) < 0.2


def test_discs_that_stand_apart_are_parted_whatever_their_sizes():
    """With a gap between the discs, no bond has to be cut."""
    text = explore.render(scene="two", k=2, ratio=0.25, distance=1.1, noise=0.0).text
    assert "ARI 1.00, normalised cut 0.000." in text


def test_each_eigenvector_of_each_scene_is_drawn():
    explorer = explore.explorer(k=2)
    for scene in ("two", "four"):
        drawn = set()
        for eigenvector in range(9):
            put(explorer, {**explorer.settings, "scene": scene, "eigenvector": eigenvector})
            good(explorer, SAYS)
            drawn.add(explorer.picture.rgb.tobytes())
        assert len(drawn) == 9


def test_more_regions_than_eigenvectors_are_refused_and_the_picture_stays():
    explorer = explore.explorer(scene="two", k=12)
    reason = r"Not drawn: k must be a whole number from 1 to 9, .*; got 12\."
    assert re.fullmatch(reason, explorer.status) and explorer.picture is None
    put(explorer, {**explorer.settings, "k": 2})
    good(explorer, SAYS)
    before = explorer.picture
    put(explorer, {**explorer.settings, "k": 10})
    assert explorer.status.endswith("got 10. The last picture stays.")
    assert explorer.picture is before


@pytest.mark.parametrize("settings, words", [
    ({"noise": -1.0}, "noise must be a standard deviation of 0 or more, got -1"),
    ({"beta": -1.0}, "beta must be a number of 0 or more, got -1"),
    ({"scene": "two", "ratio": 0.0}, "ratio must be a number above 0, got 0"),
    ({"scene": "two", "ratio": 3.0}, "need a picture 158 pixels wide")])
def test_settings_that_no_scene_has_are_named(settings, words):
    assert words in explore.explorer(**settings).status


# The six numbers

NUMBERS = (r"[1-5] of 6 nodes left of the cut, freedom \d(\.\d+)?: the sum over the bonds is "
           r"\d\.\d{3}\. The weak bond pays \d\.\d{3}, the strong ones \d\.\d{3}\.")


def sum_of(left, freedom):
    text = explore.render_numbers(left=left, freedom=freedom).text
    return float(re.search(r"the bonds is (\d\.\d{3})\.", text)[1])


def test_every_setting_of_the_six_numbers_is_drawn():
    explorer = explore.numbers_explorer()
    good(explorer, NUMBERS)
    start, drawn = explorer.picture, set()
    for left in range(1, 6):
        for freedom in (0.0, 0.35, 0.5, 1.0):
            put(explorer, {"left": left, "freedom": freedom})
            good(explorer, NUMBERS)
            assert same(explorer.picture, explore.render_numbers(left, freedom))
            drawn.add(explorer.picture.rgb.tobytes())
    assert len(drawn) == 16  # at freedom 1 it is one picture, whatever the cut was
    explorer.reset()
    assert same(explorer.picture, start) and same(start, explore.render_numbers())


def test_two_numbers_have_the_normalised_cut_as_their_sum():
    bonds = graphs.two_triangles()
    cuts = [scores.normalized_cut(bonds, (np.arange(6) < left).astype(int)) for left in range(1, 6)]
    assert [sum_of(left, 0.0) for left in range(1, 6)] == pytest.approx(cuts, abs=0.0006)
    assert int(np.argmin(cuts)) == 2  # the weak bond


@pytest.mark.parametrize("left", range(1, 6))
def test_freedom_only_lowers_the_sum_to_the_eigenvalue(left):
    sums = [sum_of(left, freedom) for freedom in np.linspace(0, 1, 11)]
    assert (np.diff(sums) <= 0).all() and sums[-1] == sum_of(3, 1.0) == 0.031


def test_the_pointer_reads_the_number_of_the_nearest_node():
    picture = explore.render_numbers(left=2, freedom=0.0)
    [place] = picture.places
    assert place.tell(0.05, 0.05) == "Node 0: 0.410."
    assert place.tell(0.5, 0.7) == "Node 3: -0.200."


def test_the_six_numbers_start_where_asked_and_refuse_what_is_no_cut():
    assert "3 of 6 nodes left" in explore.numbers_explorer(left=3).status
    assert "Not drawn: values must not all be equal" in explore.numbers_explorer(left=6).status
