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


class Small(NamedTuple):
    """One of the 20 small landscapes, and how its clusters and named maps agree with the truth."""

    truth: np.ndarray
    index: np.ndarray
    fits: dict
    bare: dict
    named: dict

    @property
    def inertias(self):
        return [fit.inertia for fit in self.fits.values()]

    @property
    def best(self):
        return max(self.named.values())


def named_map(clusters, index):
    names = maps.name_clusters(clusters.centers, landscape.COLORS, landscape.NAMES)
    return names.classes[clusters.labels][index]


def small_landscape(size, seed):
    scene = landscape.make(size, seed=seed)
    colors = unique_colors(scene.image)
    fits = choosing_k.fits(colors, range(1, 16))
    bare, named = ({k: scores.adjusted_rand(scene.truth, label(fits[k])) for k in range(2, 14)}
                   for label in (lambda one: one.labels[colors.index],
                                 lambda one: named_map(one, colors.index)))
    return Small(scene.truth, colors.index, fits, bare, named)


@pytest.fixture(scope="module")
def small():
    """The 20 of the lesson."""
    return [small_landscape(256, seed) for seed in range(20)]


def picked_by_pixels(one, draw):
    """The k whose named map is right about most of 300 pixels."""
    at = np.random.default_rng(draw).choice(one.truth.size, 300, replace=False)
    right = {k: (named_map(one.fits[k], one.index.flat[at]) == one.truth.flat[at]).mean()
             for k in one.named}
    return max(right, key=right.get)


def heaps(size, seed, sigma):
    """The colours of a world without transitions, with noise; the share of its rarest class."""
    scene = landscape.make(size, seed=seed, width=0)
    noise = np.random.default_rng(seed).normal(0, sigma, scene.image.shape)
    colors = unique_colors(np.clip(scene.image + noise, 0, 255).round().astype(np.uint8))
    return bin_colors(colors), np.bincount(scene.truth.ravel()).min() / scene.truth.size


@cache
def apart(seed, size=256):
    """The report of such a world, and the share of its rarest class."""
    colors, rarest = heaps(size, seed, 8)
    return choosing_k.report(colors), rarest


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


def test_on_the_20_landscapes_the_knee_is_3_or_4_and_a_longer_range_moves_it_from_3_to_4(small):
    moved = 0
    for one in small:
        found = [knee(one.inertias, top) for top in RANGES]
        assert set(found) <= {3, 4} and found == sorted(found)
        moved += found[0] < found[-1]
    assert 3 <= moved <= 10


def test_on_larger_ones_too(lesson):
    found = {knee(lesson.inertias, top) for top in RANGES}
    for seed in range(1, 7):
        colors = unique_colors(landscape.make(512, seed=seed).image)
        inertias = [fit.inertia for fit in choosing_k.fits(colors, range(1, 16)).values()]
        found |= {knee(inertias, top) for top in RANGES}
    assert found == {3, 4}


def test_in_this_test_the_knee_says_4_only_where_four_is_right(small):
    for one in small:
        if one.bare[4] < 0.9:
            assert 4 not in {knee(one.inertias, top) for top in RANGES}
    rarest = [np.bincount(one.truth.ravel(), minlength=4).min() / one.truth.size for one in small]
    bad = [share for share, one in zip(rarest, small) if one.bare[4] < 0.9]
    assert len(bad) == 2 and max(bad) < np.median(rarest)


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
        assert (np.diff(w.report.table["gap"]) > 0).all()  # "better, with every further cluster"
    assert [choosing_k.pick(ramp, "gap", top) for top in RANGES] == [1] * len(RANGES)


@pytest.mark.parametrize("seed", range(3))
def test_gap_sees_the_bend_in_a_line_not_clusters(seed):
    along = np.linspace(0, 3, 600)
    straight = 100 * np.column_stack([along, 0.3 * along])
    bent = 100 * np.column_stack([np.cos(along), np.sin(along)])
    found = [choosing_k.gap(line, n_references=5, n_samples=500, seed=seed).k
             for line in (straight, bent)]
    assert found == [1, None]


def test_stability_likes_few_clusters(worlds, lesson, ramp):
    for w in (*worlds, lesson):
        assert max(w.picks("stability")) <= 4
    assert choosing_k.pick(ramp, "stability", 15) == 2


def test_on_landscapes_the_criteria_disagree(worlds, lesson):
    for w in (*worlds, lesson):
        assert len({choosing_k.pick(w.report, name, 10) for name in CRITERIA}) >= 4
    said = [choosing_k.pick(lesson.report, name, 10) for name in CRITERIA]
    assert len(set(said)) == 6 and 4 not in said  # no two say the same


def test_another_landscape_another_answer(worlds, lesson):
    for name in ("silhouette", "Davies-Bouldin"):
        assert len({choosing_k.pick(w.report, name, 15) for w in (*worlds, lesson)}) >= 2


def test_on_the_ramp_only_the_gap_notices_that_there_is_nothing(ramp):
    for top in (8, 10, 12):
        said = {name: choosing_k.pick(ramp, name, top) for name in CRITERIA}
        assert [name for name in said if said[name] in (1, None)] == ["gap"]


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
    for name in ("silhouette", "Calinski-Harabasz", "Davies-Bouldin", "gap"):
        assert report.choices[name] == 4
    assert report.choices["knee"] == (4 if rarest > 0.04 else 3)
    assert report.table["stability"][4] == pytest.approx(1, abs=1e-3)
    assert report.table["stability"].loc[5:].max() < 0.95


def test_the_separate_colours_of_the_lesson_make_six_of_one_mind():
    assert set(apart(0, 512)[0].choices.values()) == {4}


@pytest.mark.parametrize("size", [256, 512])
def test_a_rare_heap_escapes_the_knee_and_only_the_knee(size):
    report, rarest = apart(13, size)
    assert rarest < 0.03
    assert [name for name, k in report.choices.items() if k != 4] == ["knee"]


# Going deeper: times k squared


def test_heaps_drop_far_below_a_line_and_landscapes_do_not(worlds, lesson, ramp):
    for seed in range(3):
        curve = scaled(apart(seed)[0].table["inertia"].tolist())
        assert curve[3] < 0.2 and curve[:2].min() >= 1
    for w in (*worlds, lesson):
        assert scaled(w.inertias).min() >= 0.999


def falls(points):
    """Times k squared, of points without weights."""
    return scaled([kmeans.fit(points, k, n_init=3).inertia for k in range(1, 11)])


@pytest.mark.parametrize("seed", range(2))
def test_the_same_heaps_with_more_noise_never_fall_below_the_ramp(seed):
    colors, _ = heaps(256, seed, 30)
    fits = choosing_k.fits(colors, range(1, 11), n_init=2)
    assert scaled([fit.inertia for fit in fits.values()]).min() >= 0.999


@pytest.mark.parametrize("seed", range(3))
def test_two_heaps_and_eight_on_a_cube_never_fall_below_the_ramp_and_are_separate(seed):
    rng = np.random.default_rng(seed)
    two = rng.normal(0, 1, (600, 3)) + np.repeat([(0, 0, 0), (5, 0, 0)], 300, axis=0)
    corners = np.array(np.meshgrid(*[[0, 10]] * 3)).reshape(3, 8).T
    eight = rng.normal(0, 1, (640, 3)) + np.repeat(corners, 80, axis=0)
    for points, k in ((two, 2), (eight, 8)):
        assert falls(points).min() >= 1
        value = {n: scores.silhouette(points, kmeans.fit(points, n).labels) for n in range(2, 11)}
        assert max(value, key=value.get) == k and value[k] > 0.5


@pytest.mark.parametrize("dimensions, power", [(2, 1), (3, 2 / 3)])
def test_what_fills_an_area_or_a_volume_rises(dimensions, power):
    points = np.random.default_rng(0).random((3000, dimensions))
    left = np.array([kmeans.fit(points, k, n_init=2).inertia for k in (1, 2, 4, 8, 16, 32)])
    slope = -np.polyfit(np.log((4, 8, 16, 32)), np.log(left[2:]), 1)[0]
    assert slope == pytest.approx(power, abs=0.12)
    assert (np.diff(falls(points)) > 0).all()


# What if you know the names?

def test_bare_clusters_beyond_four_lose_with_each_step_and_names_win_most_back(small):
    bare, named = (np.median([list(table.values()) for table in tables], axis=0)
                   for tables in ([one.bare for one in small], [one.named for one in small]))
    assert (np.diff(bare[2:]) < 0).all() and bare.argmax() == 2
    assert (named - bare > -0.01).all() and named[6:].min() > named[2] - 0.15
    assert named[3:6].min() < named[2] - 0.2  # "but not at every k"


def test_no_k_is_good_everywhere_and_many_are_good_somewhere(small):
    lost = np.array([[one.best - ari for ari in one.named.values()] for one in small])
    assert lost.max(axis=0).min() > 0.05
    assert lost[:, 2].max() > 0.2  # always 4
    assert np.median((lost < 0.03).sum(axis=1)) >= 2


def test_300_labelled_pixels_find_a_good_k_each_time(small):
    lost, chosen = [], set()
    for one in small:
        for draw in range(20):
            k = picked_by_pixels(one, draw)
            chosen.add(k)
            lost.append(one.best - one.named[k])
    assert max(lost) < 0.045 and {3, 4, 10, 12} <= chosen
    knees = [one.best - one.named[knee(one.inertias, 13)] for one in small]
    assert np.mean(lost) < np.mean(knees) < 0.03  # the knee does well in this test


@pytest.mark.parametrize("size, seed", [(128, 21), (192, 22), (384, 23)])
def test_on_other_landscapes_too(size, seed):
    one = small_landscape(size, seed)
    for draw in range(100, 110):
        assert one.best - one.named[picked_by_pixels(one, draw)] < 0.08


# Going deeper: one start

def larger_drop(inertias):
    """Whether some drop is larger than the one before it."""
    return (np.diff(inertias, 2) < 0).any()


def test_one_start_for_each_k_changes_knees_and_a_larger_drop_warns_of_it(small):
    changed, false_alarms = 0, 0
    for seed, world in enumerate(small):
        colors = unique_colors(landscape.make(256, seed=seed).image)
        many = world.inertias[:10]
        one = [fit.inertia for fit in choosing_k.fits(colors, range(1, 11), n_init=1).values()]
        false_alarms += larger_drop(many)
        assert (np.diff(one) < 0).all()
        before, after = knee(many, 10), knee(one, 10)
        if before != after:
            changed += 1
            assert larger_drop(one)
            worse = np.divide(one, many)
            assert worse[before - 1] > 1.2 and worse[after - 1] < worse[before - 1]  # luckier
            assert choosing_k.depth(one)[before - 1] < choosing_k.depth(many)[before - 1]
    assert 2 <= changed <= 10 and 0 < false_alarms < 6  # a warning, though no proof


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
    found = choosing_k.knee(ks, inertias, sensitivity=sensitivity)
    assert my_knee(ks, inertias, sensitivity) == found


# In practice

def test_the_silhouette_of_scikit_learn_takes_a_sample_but_no_weights():
    parameters = inspect.signature(silhouette_score).parameters
    assert "sample_size" in parameters and not [name for name in parameters if "weight" in name]
    points = np.random.default_rng(0).random((400, 3))
    labels = kmeans.fit(points, 4).labels
    sampled = {silhouette_score(points, labels, sample_size=80, random_state=n) for n in range(3)}
    assert len(sampled) == 3  # another number for each seed


def test_bins_are_nearly_exact(worlds):
    for w in worlds[:3]:
        bins = bin_colors(w.colors)
        assert len(bins.counts) < len(w.colors.counts) / 2
        for k in (2, 4, 8):
            exact = scores.silhouette(w.colors.values, w.report.fits[k].labels,
                                      weights=w.colors.counts)
            labels = kmeans.fit(bins.values, k, weights=bins.counts).labels
            binned = scores.silhouette(bins.values, labels, weights=bins.counts)
            assert binned == pytest.approx(exact, abs=0.02)
