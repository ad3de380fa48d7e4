"""What lesson 04 says, measured again and on other pictures."""

import inspect
from functools import cache
from pathlib import Path
from typing import NamedTuple

import nbformat
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import silhouette_score
from threadpoolctl import threadpool_limits

from lessons_lib import choosing_k, kmeans, landscape, maps, scores
from lessons_lib.colors import bin_colors, Colors, unique_colors
from lessons_lib.explorers import elbow_and_knee as explore

SEEDS = 0, 2, 8
RANGES = 8, 10, 12, 15
CRITERIA = tuple(choosing_k.CRITERIA)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Many small fits: two threads take longer."""
    with threadpool_limits(1):
        yield


def knee(inertias, top, sensitivity=1.0):
    return choosing_k.knee(range(1, top + 1), inertias[:top], sensitivity=sensitivity)


def scaled(inertias):
    """Inertia times k squared, 1 for one cluster."""
    return np.arange(1, len(inertias) + 1) ** 2 * np.divide(inertias, inertias[0])


class World(NamedTuple):
    scene: landscape.Landscape
    colors: Colors
    report: choosing_k.Report

    @property
    def inertias(self):
        return self.report.table["inertia"].tolist()

    def picks(self, criterion):
        return [choosing_k.pick(self.report, criterion, top) for top in RANGES]

    def ari(self, k, named=False):
        clusters = self.report.fits[k]
        names = maps.name_clusters(clusters.centers, landscape.COLORS, landscape.NAMES).classes
        labels = names[clusters.labels] if named else clusters.labels
        return scores.adjusted_rand(self.scene.truth, labels[self.colors.index])


@pytest.fixture(scope="module")
def worlds():
    result = []
    for seed in SEEDS:
        scene = landscape.make(256, seed=seed)
        colors = unique_colors(scene.image)
        result.append(World(scene, colors, choosing_k.report(colors, range(1, 16))))
    return result


@pytest.fixture(scope="module")
def lesson():
    scene = landscape.make(512)
    colors = unique_colors(scene.image)
    return World(scene, colors, choosing_k.report(colors, range(1, 16)))


@pytest.fixture(scope="module")
def ramp():
    colors = unique_colors(np.arange(256, dtype=np.uint8)[None])
    return choosing_k.report(colors, range(1, 16))


@cache
def apart(seed):
    """A world without transitions, with noise; the share of its rarest class."""
    scene = landscape.make(256, seed=seed, width=0)
    noise = np.random.default_rng(seed).normal(0, 8, scene.image.shape)
    colors = unique_colors(np.clip(scene.image + noise, 0, 255).round().astype(np.uint8))
    rarest = np.bincount(scene.truth.ravel()).min() / scene.truth.size
    return choosing_k.report(bin_colors(colors)), rarest


# Why not take the smallest inertia?

def test_inertia_always_falls_down_to_none_at_all(worlds):
    for w in worlds:
        assert (np.diff(w.inertias) < 0).all()
    few = unique_colors(landscape.make(128).image[::8, ::8])
    all_of_them = kmeans.fit_colors(few, len(few.counts)).inertia
    assert len(few.counts) > 10 and all_of_them == pytest.approx(0, abs=1e-6)


# How does a program find the knee?

def test_the_knee_is_the_deepest_k_if_the_depth_later_falls_below_the_limit(worlds):
    """On curves with one peak; that is the three steps of the text."""
    answers = set()
    for w in worlds:
        for top in RANGES:
            depth = choosing_k.depth(w.inertias[:top])
            peak = int(depth.argmax())
            assert (np.diff(depth[:peak + 1]) > 0).all() and (np.diff(depth[peak:]) < 0).all()
            for s in (0, 0.5, 1, 2, 4, 6, 8, 10):
                limit = depth[peak] - s / (top - 1)
                right = peak + 1 if (depth[peak + 1:] < limit).any() else None
                assert knee(w.inertias, top, s) == right
                answers.add(right)
    assert {None, 3, 4} <= answers


def test_with_growing_sensitivity_the_knee_does_not_wander_it_vanishes(worlds, lesson):
    for w in (*worlds, lesson):
        for top in RANGES:
            found = [knee(w.inertias, top, s) for s in (0.5, *range(1, 21))]
            there = found.index(None)
            assert there > 0 and len(set(found[:there])) == 1 and set(found[there:]) == {None}


def test_the_sliders_can_make_the_knee_say_3_then_4_then_nothing(lesson):
    def said(**settings):
        return explore.renderer(lesson.scene.image, report=lesson.report)(**settings).text

    assert "(sensitivity 1) picks 3." in said()
    assert "(sensitivity 1) picks 4." in said(k_max=12)
    assert "(sensitivity 6) picks none." in said(sensitivity=6.0)


# Does a picture without clusters have a knee?

def test_the_knee_of_an_even_ramp_is_3_up_to_10_and_follows_the_range(ramp):
    inertias = ramp.table["inertia"].tolist()
    assert [knee(inertias, top) for top in (6, 8, 10, 12, 15)] == [2, 2, 3, 3, 3]
    assert scaled(inertias) == pytest.approx(1, abs=0.05)  # it falls as 1 / k squared


@pytest.mark.parametrize("top", range(6, 61, 3))
def test_a_line_has_its_knee_near_the_cube_root_of_the_range(top):
    found = knee([1 / k ** 2 for k in range(1, top + 1)], top)
    assert abs(found - np.cbrt(2 * (top - 1))) < 0.7
    assert found == 2 if top < 9 else found >= 4 if top > 27 else found in (2, 3, 4)


@pytest.mark.parametrize("first, last, step", [(0, 255, 3), (100, 160, 1), (7, 248, 2)])
def test_the_picture_has_no_say_in_the_knee_of_a_line(first, last, step, ramp):
    """Shorter, darker, paler, coloured: the same knees."""
    line = np.arange(first, last, step, dtype=np.uint8)[None]
    color = np.stack([line, 255 - line, line // 2], axis=2)
    for image in (line, color):
        fits = choosing_k.fits(unique_colors(image), range(1, 13))
        found = [fit.inertia for fit in fits.values()]
        assert [knee(found, top) for top in (6, 10, 12)] == [2, 3, 3]


# Is 4 the answer for landscapes?

@pytest.mark.parametrize("size", [192, 384])
def test_on_other_landscapes_too_a_longer_range_moves_the_knee_up(size):
    moved = []
    for seed in range(20, 28):
        colors = unique_colors(landscape.make(size, seed=seed).image)
        inertias = [fit.inertia for fit in choosing_k.fits(colors, range(1, 21), n_init=5).values()]
        found = [knee(inertias, top) for top in (8, 10, 12, 15, 20)]
        assert None not in found and found == sorted(found)
        moved.append(found[0] < found[-1])
    assert sum(moved) >= 3


def test_the_landscape_of_the_tutorial_has_its_knee_at_4(worlds):
    assert knee(worlds[0].inertias, 10) == 4


# What do the other criteria say?

def test_calinski_harabasz_picks_the_end_of_any_range(worlds, lesson, ramp):
    for w in (*worlds, lesson):
        assert w.picks("Calinski-Harabasz") == list(RANGES)
    for top in (6, *RANGES):
        assert choosing_k.pick(ramp, "Calinski-Harabasz", top) == top


def test_calinski_harabasz_of_a_line_is_about_k_plus_1_times_the_pixels():
    line = unique_colors(np.tile(np.arange(256, dtype=np.uint8), (64, 1)))
    for k, fit in choosing_k.fits(line, range(2, 13)).items():
        score = scores.calinski_harabasz(line.values, fit.labels, weights=line.counts)
        assert score / line.counts.sum() == pytest.approx(k + 1, rel=0.04)


def test_gap_finds_none_on_landscapes_and_says_1_on_the_ramp(worlds, lesson, ramp):
    for w in (*worlds, lesson):
        assert w.picks("gap") == [None] * len(RANGES)
        assert (np.diff(w.report.table["gap"]) > 0).all()  # "always does better, with every further cluster"
    assert [choosing_k.pick(ramp, "gap", top) for top in RANGES] == [1] * len(RANGES)


@pytest.mark.parametrize("seed", range(3))
def test_gap_sees_the_bend_in_a_line_not_clusters(seed):
    along = np.linspace(0, 3, 600)
    straight = 100 * np.column_stack([along, 0.3 * along])
    bent = 100 * np.column_stack([np.cos(along), np.sin(along)])
    found = [choosing_k.gap(line, n_references=5, n_samples=500, seed=seed).k for line in (straight, bent)]
    assert found == [1, None]


def test_stability_likes_few_clusters(worlds, lesson, ramp):
    for w in (*worlds, lesson):
        assert max(w.picks("stability")) <= 4
    assert choosing_k.pick(ramp, "stability", 15) == 2


def test_the_silhouette_of_the_lesson_changes_little_from_5_clusters_on(lesson):
    scores = lesson.report.table["silhouette"]
    assert np.ptp(scores.loc[5:]) < 0.4 * (scores[5] - scores[2])


def test_on_landscapes_the_criteria_disagree(worlds, lesson):
    for w in (*worlds, lesson):
        assert len({choosing_k.pick(w.report, name, 10) for name in CRITERIA}) >= 4


def test_only_gap_can_say_1_and_only_gap_and_knee_can_say_nothing(worlds, ramp):
    """Also on one heap, and on noise without any form."""
    rng = np.random.default_rng(0)
    heap = np.clip(rng.normal(128, 25, (20, 20, 3)), 0, 255).astype(np.uint8)
    even = rng.integers(0, 256, (20, 20, 3), dtype=np.uint8)
    shapeless = [choosing_k.report(bin_colors(unique_colors(i))).choices for i in (heap, even)]
    for choices in (*shapeless, ramp.choices, *(w.report.choices for w in worlds)):
        assert all(choices[name] > 1 for name in CRITERIA if name not in ("gap", "knee"))
    for choices in (*shapeless, ramp.choices):
        assert choices["gap"] == 1 and choices["knee"] != 1


# Why do they disagree?

@pytest.mark.parametrize("seed", range(3))
def test_separate_colours_are_counted_by_all_that_were_made_for_heaps(seed):
    report, rarest = apart(seed)
    assert [report.choices[name] for name in ("silhouette", "Calinski-Harabasz", "Davies-Bouldin", "gap")] == [4] * 4
    assert report.choices["knee"] == (4 if rarest > 0.04 else 3)
    assert report.table["stability"][4] == pytest.approx(1, abs=1e-3)
    assert report.table["stability"].loc[5:].max() < 0.95


def test_the_separate_colours_of_the_lesson_make_six_of_one_mind():
    assert set(apart(0)[0].choices.values()) == {4}


def test_a_rare_heap_escapes_the_knee():
    report, rarest = apart(13)
    assert rarest < 0.03 and report.choices["knee"] == 3 and report.choices["silhouette"] == 4


def test_heaps_drop_and_a_line_does_not(worlds, lesson, ramp):
    """k squared times the inertia, from one k to the next."""
    def deepest(report):
        curve = scaled(report.table["inertia"].loc[:10].to_numpy())
        return (curve[1:] / curve[:-1]).min()

    assert max(deepest(apart(seed)[0]) for seed in range(3)) < 0.2
    assert min(deepest(w.report) for w in (*worlds, lesson)) > 0.6
    assert deepest(lesson.report) > 0.85 and deepest(ramp) > 0.95


# What if you know the names?

def test_bare_clusters_beyond_the_classes_cost_agreement_and_names_bring_most_back(worlds, lesson):
    for w in (*worlds, lesson):
        bare, named = ({k: w.ari(k, n) for k in range(2, 14)} for n in (False, True))
        assert max(bare, key=bare.get) == 4
        assert max(bare[k] for k in range(5, 14)) < bare[4] - 0.05
        assert all(named[k] > bare[k] - 0.01 for k in bare)
        assert max(named[k] for k in range(7, 14)) > named[4] - 0.06
        assert min(named[k] for k in range(5, 14)) < named[4] - 0.15  # "but not at every k"


def test_a_few_hundred_labelled_pixels_tell_more_than_any_criterion(worlds):
    """Choose k by 300 pixels, or by a criterion: what ARI is lost against the best k, on average."""
    lost = {name: [] for name in (*CRITERIA, "pixels")}
    for w in worlds:
        truth, full, guesses = w.scene.truth.ravel(), {}, {}
        for k in range(2, 13):
            guesses[k], full[k] = w.report.fits[k].labels[w.colors.index].ravel(), w.ari(k)
        for draw in range(3):
            some = np.random.default_rng(draw).choice(truth.size, 300, replace=False)
            best = max(guesses, key=lambda k: scores.adjusted_rand(truth[some], guesses[k][some]))
            lost["pixels"].append(max(full.values()) - full[best])
        for name in CRITERIA:
            picked = choosing_k.pick(w.report, name, 12)
            lost[name].append(max(full.values()) - full[picked] if picked else 1)
    mean = {name: np.mean(values) for name, values in lost.items()}
    assert min(mean, key=mean.get) == "pixels" and max(lost["pixels"]) < 0.05


# When it fails

def test_one_start_for_each_k_changes_knees_and_nothing_looks_broken():
    changed = 0
    for seed in range(20):
        colors = unique_colors(landscape.make(256, seed=seed).image)
        many, one = ([fit.inertia for fit in choosing_k.fits(colors, range(1, 11), n_init=n).values()]
                     for n in (10, 1))
        assert (np.diff(one) < 0).all()
        before, after = knee(many, 10), knee(one, 10)
        if before != after:
            changed += 1
            worse = np.divide(one, many)
            assert worse[before - 1] > 1.2 and worse[after - 1] < worse[before - 1]  # luckier
            assert choosing_k.depth(one)[before - 1] < choosing_k.depth(many)[before - 1]
    assert 2 <= changed <= 10


# From scratch

@pytest.fixture(scope="module")
def my_knee():
    """The function of the notebook."""
    path = Path(__file__).resolve().parents[3] / "notebooks" / "04_elbow_and_knee.ipynb"
    [source] = [cell.source for cell in nbformat.read(path, as_version=4).cells
                if cell.source.startswith("def my_knee(")]
    names = {"np": np}
    exec(source, names)
    return names["my_knee"]


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=25), st.booleans(), st.floats(0, 12))
def test_the_knee_from_scratch_is_that_of_kneed(my_knee, steps, steep_first, sensitivity):
    inertias = np.cumsum([1, *(sorted(steps) if steep_first else steps)])[::-1]
    depth = np.abs(np.diff(choosing_k.depth(inertias)))
    assume((depth > 1e-9).all())  # where rounding decides what is a peak, both may be right
    ks = range(1, len(inertias) + 1)
    assert my_knee(ks, inertias, sensitivity) == choosing_k.knee(ks, inertias, sensitivity=sensitivity)


# In practice

def test_the_silhouette_of_scikit_learn_has_no_weights_and_bins_are_nearly_exact(worlds):
    assert not [name for name in inspect.signature(silhouette_score).parameters if "weight" in name]
    for w in worlds[:3]:
        bins = bin_colors(w.colors)
        assert len(bins.counts) < len(w.colors.counts) / 2
        for k in (2, 4, 8):
            exact = scores.silhouette(w.colors.values, w.report.fits[k].labels, weights=w.colors.counts)
            labels = kmeans.fit(bins.values, k, weights=bins.counts).labels
            assert scores.silhouette(bins.values, labels, weights=bins.counts) == pytest.approx(exact, abs=0.02)
