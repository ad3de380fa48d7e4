"""What lesson 03 says, measured again and on other landscapes."""

import importlib.util
import inspect
import re
import sys
import warnings
from pathlib import Path
from typing import NamedTuple

import nbformat
import numpy as np
import pytest
from scipy import ndimage
from sklearn.cluster import KMeans, MiniBatchKMeans
from threadpoolctl import threadpool_limits

from lessons_lib import figures, images, kmeans, landscape, maps, scores, spectral
from lessons_lib.colors import Colors, unique_colors
from lessons_lib.exercises import landscape_kmeans as check
from tests.exercises.answers import said

SIZE, SEEDS = 256, range(6)
BY_EYE = np.array([(0, 0, 255), (0, 255, 0), (128, 64, 0), (255, 255, 255)])
PAINTS = landscape.COLORS.astype(float)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """scikit-learn's own k-means is many times slower with two threads on these problems."""
    with threadpool_limits(1):
        yield


class World(NamedTuple):
    scene: landscape.Landscape
    colors: Colors

    def clusters(self, k):
        return kmeans.fit_colors(self.colors, k)

    def map_of(self, clusters):
        return clusters.labels[self.colors.index]

    def ari(self, labels):
        return scores.adjusted_rand(self.scene.truth, labels)


def world(size=SIZE, **settings):
    scene = landscape.make(size, **settings)
    return World(scene, unique_colors(scene.image))


@pytest.fixture(scope="module")
def worlds():
    return [world(seed=seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def lesson():
    """The landscape of the lesson."""
    return world(512)


@pytest.fixture(scope="module")
def rare_snow():
    return world(512, seed=14)


def lloyd(w, centers):
    *_, end = kmeans.lloyd(w.colors.values, centers, weights=w.colors.counts)
    return end


def rest(w, k, number):
    """Where k-means ends from colours drawn at random."""
    drawn = np.random.default_rng(number).choice(len(w.colors.counts), k, replace=False)
    return lloyd(w, w.colors.values[drawn])


def owners(w, labels):
    """The cluster of each of the four paints."""
    return [labels[(w.colors.values == paint).all(axis=1)].item() for paint in PAINTS]


# How do you grow a hill?

@pytest.mark.parametrize("seed", range(3))
def test_a_grid_point_has_a_slope_and_no_height(seed):
    """Close to a grid point the noise is a plane through 0, steep in one of a few directions."""
    step, grid = 1e-3, np.arange(5)
    drawn = landscape.slopes(grid, grid, seed=seed)
    slopes = []
    for i in grid:
        for j in grid:
            near = landscape.perlin(np.array([i, i + step]), np.array([j, j + step]), seed=seed)
            assert near[0, 0] == 0
            slopes.append((round(float(near[1, 0]) / step, 1), round(float(near[0, 1]) / step, 1)))
            assert slopes[-1] == tuple(drawn[:, i, j])  # the arrows of the picture
    assert len(set(slopes)) >= 5 and {abs(s) for pair in slopes for s in pair} <= {0, 1}


@pytest.mark.parametrize("seed", range(4))
def test_squares_jump_at_their_seams_and_blended_planes_do_not(seed):
    at = np.arange(0.505, 3.5, 0.01)
    near = at.round().astype(int)
    down, along = landscape.slopes(near, near, seed=seed)
    planes = down * (at - near)[:, None] + along * (at - near)
    blended = landscape.perlin(at, at, seed=seed)
    steps = [max(np.abs(np.diff(heights, axis=axis)).max() for axis in (0, 1))
             for heights in (planes, blended)]
    assert steps[0] > 0.4 and steps[1] < 0.03


def test_without_the_package_noise_the_lesson_says_so_and_goes_on(monkeypatch, capsys):
    path = Path(__file__).resolve().parents[3] / "notebooks" / "03_landscape_kmeans.ipynb"
    [source] = [cell.source for cell in nbformat.read(path, as_version=4).cells
                if cell.cell_type == "code" and "pnoise2" in cell.source]
    if importlib.util.find_spec("noise"):
        exec(source, {"np": np, "landscape": landscape, "figures": figures})
        assert capsys.readouterr().out == "equal: True\n"
    monkeypatch.setitem(sys.modules, "noise", None)  # an import of it fails
    exec(source, {"np": np, "landscape": landscape, "figures": figures})
    said_then = capsys.readouterr().out
    assert re.fullmatch("The package noise .* pip install noise .* conda-forge .*\n", said_then)


@pytest.mark.parametrize("seed", range(4))
def test_octaves_keep_the_large_forms_and_add_detail(seed):
    grown = [landscape.heights(SIZE, octaves=n, seed=seed) for n in (1, 2, 6)]
    forms = [ndimage.gaussian_filter(h, 15).ravel() for h in grown]
    assert min(np.corrcoef(forms[0], form)[0, 1] for form in forms[1:]) > 0.9
    detail = [(h - ndimage.gaussian_filter(h, 3)).std() for h in grown]
    assert detail[1] > 1.2 * detail[0] and detail[2] > 3 * detail[0]


# Going deeper: where do you walk without climbing?

@pytest.mark.parametrize("seed", range(3))
def test_the_octaves_make_the_tiny_loops(seed):
    def tiny(octaves):
        heights = landscape.heights(seed=seed, octaves=octaves)
        lines = sum(landscape.contours(heights, landscape.LEVELS), [])
        short = [line for line in lines if len(line) < 60]
        closed = [line for line in short if np.array_equal(line[0], line[-1])]
        return len(lines), len(short), len(closed)

    lines, short, closed = tiny(6)
    assert short > lines / 2 and closed > 0.8 * short
    assert tiny(1)[2] <= 2 and tiny(2)[2] < closed / 10


# Going deeper: how wide may a transition be?

def test_without_transitions_only_the_paints_are_left(worlds):
    for w in worlds[:2]:
        flat = landscape.colorize(w.scene.heights, 0)
        assert np.array_equal(flat, landscape.COLORS[w.scene.truth])


def test_overlapping_transitions_would_jump_twice_and_others_do_not():
    """As a plain chain of if and elif does it."""
    def jumps(width):
        colors = []
        for height in np.linspace(0, 1, 10001):
            color = PAINTS[(height >= np.array(landscape.LEVELS)).sum()]
            for level, low, high in zip(landscape.LEVELS, PAINTS, PAINTS[1:]):
                if level - width <= height < level + width:
                    color = low + (height - level + width) / (2 * width) * (high - low)
                    break
            colors.append(color)
        steps = np.abs(np.diff(colors, axis=0)).max(axis=1)
        return (steps > 4).sum(), steps.max()

    assert max(jumps(width)[1] for width in (0.02, 0.06, 0.1)) < 1
    assert [jumps(width)[0] for width in (0.105, 0.12, 0.15)] == [2, 2, 2]


# Could you pick four colours by eye?

def test_the_mean_is_the_best_single_color(lesson):
    rng, labels = np.random.default_rng(0), lesson.clusters(4).labels
    for cluster in range(4):
        inside = labels == cluster
        points, counts = lesson.colors.values[inside], lesson.colors.counts[inside]

        def inertia(color):
            return counts @ ((points - color) ** 2).sum(axis=1)

        mean = points.repeat(counts, axis=0).mean(axis=0)
        others = [points[counts.argmax()], np.median(points, axis=0)]
        others += list(mean + rng.normal(0, 3, (50, 3)))
        assert inertia(mean) < min(map(inertia, others))


# Watch the centres walk

def test_not_every_start_ends_in_the_same_place(lesson):
    ends = np.array([rest(lesson, 4, n).inertia for n in range(20)]) / lesson.clusters(4).inertia
    assert (ends < 1.001).sum() >= 8 and (ends > 1.2).sum() >= 2


@pytest.mark.parametrize("settings", [{}, {"seed": 5, "scale": 40}, {"octaves": 1, "width": 0.04},
                                      {"persistence": 0.8, "width": 0.03}])
def test_four_heaps_and_three_roads_in_one_chain(settings):
    colors = world(**settings).colors
    commonest = colors.values[np.argsort(-colors.counts)[:4]]
    assert {tuple(c) for c in commonest} == {tuple(c) for c in PAINTS}
    # Each colour lies on the way from one paint to the next; it is cut off to whole numbers.
    gaps = []
    for low, high in zip(PAINTS, PAINTS[1:]):
        t = np.clip((colors.values - low) @ (high - low) / ((high - low) ** 2).sum(), 0, 1)
        gaps.append(np.linalg.norm(colors.values - (low + t[:, None] * (high - low)), axis=1))
    assert np.min(gaps, axis=0).max() < np.sqrt(3)
    # No colour lies at a distance from which it could belong to two roads, but at a bend.
    between = np.sort(gaps, axis=0)[1] < 10
    heaps = np.linalg.norm(colors.values[:, None] - PAINTS, axis=2).min(axis=1)
    assert (heaps[between] < 30).all()


# How many points are there?

@pytest.mark.parametrize("seed", range(8))
def test_fewer_than_a_thousand_colors(seed):
    assert 800 < len(world(512, seed=seed).colors.counts) < 1000
    assert len(world(512, seed=seed, width=0.1, persistence=0.7).colors.counts) < 1000


@pytest.mark.parametrize("settings", [{}, {"width": 0.1, "octaves": 3}, {"persistence": 0.8},
                                      {"width": 0}])
def test_on_colors_the_labels_are_those_on_pixels(settings):
    """From centres chosen by eye. (From colours of the picture, one halfway may go either way.)"""
    for seed in SEEDS:
        w = world(160, seed=seed, **settings)
        plain = KMeans(4, init=BY_EYE, n_init=1, tol=0).fit(w.scene.image.reshape(-1, 3))
        weighted = kmeans.segment(w.scene.image, 4, start=BY_EYE)
        assert np.array_equal(plain.labels_, weighted.labels.ravel())
        assert np.array_equal(w.map_of(lloyd(w, BY_EYE)), weighted.labels)


# How good is it?

def test_large_classes_rule_the_ari(rare_snow):
    truth = rare_snow.scene.truth
    without_snow = np.where(truth == 3, 2, truth)
    assert scores.adjusted_rand(truth, without_snow) > 0.99
    assert scores.matched_iou(truth, without_snow)[3] == 0


def test_two_runs_may_number_the_same_clusters_in_another_order(worlds):
    renumbered = 0
    for w in worlds:
        one, other = (KMeans(4, n_init=3, random_state=seed)
                      .fit(w.colors.values, sample_weight=w.colors.counts).labels_
                      for seed in (0, 1))
        assert scores.adjusted_rand(one, other) > 0.98
        renumbered += (one == other).mean() < 0.9
    assert renumbered >= 3


# Seven clusters and four names

def test_more_clusters_paint_better_and_score_worse(worlds):
    for w in worlds:
        four, seven = w.clusters(4), w.clusters(7)
        assert seven.inertia < 0.4 * four.inertia
        assert w.ari(w.map_of(seven)) < w.ari(w.map_of(four)) - 0.2


def test_the_extra_clusters_are_roads(worlds, lesson):
    for w in (*worlds, lesson):
        labels = w.clusters(7).labels
        assert len(set(owners(w, labels))) == 4
        roads = ~np.isin(labels, owners(w, labels))
        assert 0.05 < w.colors.counts[roads].sum() / w.colors.counts.sum() < 0.5


def test_names_help_but_cannot_mend_a_border_in_the_wrong_place(worlds, lesson):
    for w in (*worlds, lesson):
        seven = w.clusters(7)
        labels, four = w.map_of(seven), w.ari(w.map_of(w.clusters(4)))
        classes = maps.name_clusters(seven.centers, landscape.COLORS, landscape.NAMES).classes
        assert w.ari(labels) < w.ari(classes[labels]) < four - 0.05
        # Not even the best names help: a cluster on a road lies on both sides of a level.
        table = scores.overlap_table(w.scene.truth, labels)
        assert w.ari(table.argmax(axis=0)[labels]) < four - 0.05
        two = (np.sort(table, axis=0)[-2] / table.sum(axis=0)).argmax()
        assert np.sort(table[:, two])[-2] > 0.2 * table[:, two].sum()
        assert two not in owners(w, seven.labels)
        assert np.linalg.norm(seven.centers[two] - PAINTS, axis=1).min() > 70
        # What is wrong lies in a transition.
        wrong = classes[labels] != w.scene.truth
        away = np.abs(w.scene.heights[..., None] - landscape.LEVELS).min(axis=2)
        assert wrong.any() and away[wrong].max() <= 0.06


# What does one bad start do?

def test_the_bad_start_rests_in_a_valley(lesson):
    colors, stuck = lesson.colors, rest(lesson, 4, 2)
    assert np.allclose(stuck.moved, stuck.centers)
    assert stuck.inertia > 1.4 * lesson.clusters(4).inertia

    def inertia(centers):
        return colors.counts @ ((colors.values[:, None] - centers) ** 2).sum(axis=2).min(axis=1)

    rng = np.random.default_rng(0)
    for length in (0.1, 1, 5):
        for _ in range(50):
            way = rng.normal(size=(4, 3))
            assert inertia(stuck.centers + length * way / np.linalg.norm(way)) > stuck.inertia


def test_at_the_bad_rest_a_heap_and_its_road_have_two_centres_and_two_heaps_share_one(lesson):
    stuck = rest(lesson, 4, 2)
    own = owners(lesson, stuck.labels)
    assert own[2] == own[3] and len(set(own)) == 3  # mountain and snow
    [free] = set(range(4)) - set(own)
    shore = (PAINTS[0] + PAINTS[1]) / 2
    assert np.abs(stuck.centers[free] - shore).max() < 10


def test_k_means_plus_plus_draws_centers_that_lie_apart(worlds):
    def nearest(centers):
        gaps = ((centers[:, None] - centers) ** 2).sum(axis=2) + np.diag([np.inf] * len(centers))
        return np.sqrt(gaps.min())

    rng = np.random.default_rng(0)
    for w in worlds[:3]:
        careful = kmeans.plus_plus(w.colors.values, 7, weights=w.colors.counts, n_init=30)
        at_random = [rng.choice(w.colors.values, 7, replace=False) for _ in range(30)]
        assert np.median([*map(nearest, careful)]) > 2 * np.median([*map(nearest, at_random)])


def test_k_means_plus_plus_is_not_safe(worlds, lesson):
    """And better on most landscapes only, not on all."""
    bad = []
    for w in (lesson, *worlds):
        limit = 1.01 * w.clusters(4).inertia
        careful = kmeans.plus_plus(w.colors.values, 4, weights=w.colors.counts, n_init=60)
        bad.append((sum(rest(w, 4, n).inertia > limit for n in range(60)),
                    sum(lloyd(w, start).inertia > limit for start in careful)))
    assert sum(careful < random for random, careful in bad) >= 5
    assert sum(careful > 0 for _, careful in bad) >= 5


@pytest.mark.parametrize("seed", range(4))
def test_one_start_is_too_few_and_the_default_is_as_good_as_forty(worlds, seed):
    points, counts = worlds[seed].colors.values, worlds[seed].colors.counts
    runs = np.array([kmeans.fit(points, 7, weights=counts, n_init=1, seed=s).inertia
                     for s in range(40)])
    ours = worlds[seed].clusters(7).inertia
    best = min(ours, runs.min())
    assert 0.2 < (runs < 1.01 * best).mean() < 0.95 and runs.max() > 1.15 * best
    assert ours < 1.003 * best


def test_a_flat_piece_of_the_chart_is_one_valley(lesson):
    """With small hollows in its floor: nearly equal inertia, nearly equal clusters."""
    points, counts = lesson.colors.values, lesson.colors.counts
    runs = [kmeans.fit(points, 7, weights=counts, n_init=1, seed=s) for s in range(60)]
    runs.sort(key=lambda run: run.inertia)
    pieces = [[runs[0]]]
    for run in runs[1:]:
        if run.inertia < 1.002 * pieces[-1][-1].inertia:
            pieces[-1].append(run)
        else:
            pieces.append([run])
    assert 3 <= len(pieces) <= 8
    lowest = [lesson.map_of(piece[0])[::4, ::4] for piece in pieces]
    for piece, first in zip(pieces, lowest):
        for run in piece:
            assert scores.adjusted_rand(first, lesson.map_of(run)[::4, ::4]) > 0.96
    for one, other in zip(lowest, lowest[1:]):
        assert scores.adjusted_rand(one, other) < 0.95


def test_scikit_learn_starts_once_by_default(lesson):
    assert inspect.signature(KMeans).parameters["n_init"].default == "auto"
    points, counts = lesson.colors.values, lesson.colors.counts
    auto, one = (KMeans(7, random_state=3, **extra).fit(points, sample_weight=counts).inertia_
                 for extra in ({}, {"n_init": 1}))
    assert auto == one


# Explore

def test_where_snow_is_rare_it_gets_no_centre_and_the_score_is_low():
    rare, common = [], []
    for seed in range(13, 27):
        w = world(512, seed=seed)
        clusters, snow = w.clusters(4), (w.scene.truth == 3).mean()
        lost = np.linalg.norm(clusters.centers - PAINTS[3], axis=1).min() > 120
        if snow < 0.02:
            rare.append((lost, w.ari(w.map_of(clusters)) < 0.9))
        elif snow > 0.03:
            common.append((lost, w.ari(w.map_of(clusters)) < 0.93))
    assert len(rare) >= 5 and np.all(rare)
    assert len(common) >= 3 and not np.any(common)


# When it fails: the best painting is not the truth

def inertia_of(w, labels):
    pixels, labels = w.scene.image.reshape(-1, 3).astype(float), labels.ravel()
    return sum(((pixels[labels == c] - pixels[labels == c].mean(axis=0)) ** 2).sum()
               for c in np.unique(labels))


def test_the_best_painting_is_not_the_truth(rare_snow, lesson):
    w, found = rare_snow, rare_snow.clusters(4)
    assert inertia_of(w, w.map_of(found)) == pytest.approx(found.inertia)
    assert inertia_of(w, w.scene.truth) > 1.2 * found.inertia
    assert inertia_of(lesson, lesson.scene.truth) > lesson.clusters(4).inertia
    # No number of starts helps; another k does.
    many = kmeans.fit(w.colors.values, 4, weights=w.colors.counts, n_init=150, seed=1)
    assert many.inertia == pytest.approx(found.inertia, rel=1e-4)
    assert scores.matched_iou(w.scene.truth, w.map_of(found))[3] < 0.1
    assert scores.matched_iou(w.scene.truth, w.map_of(w.clusters(5)))[3] > 0.7


@pytest.mark.parametrize("settings", [{"seed": 14}, {"octaves": 1}])
def test_snow_that_is_rare_is_painted_like_the_shore(settings):
    """Its own centre would save less than one in the middle of the longest road."""
    w = world(512, **settings)
    assert (w.scene.truth == 3).mean() < 0.02
    found = w.clusters(4)
    own = owners(w, found.labels)[3]
    assert np.abs(found.centers[own] - (PAINTS[0] + PAINTS[1]) / 2).max() < 30
    lengths = np.linalg.norm(np.diff(PAINTS, axis=0), axis=1)
    assert lengths.argmax() == 0
    centers = found.centers.copy()
    centers[own] = PAINTS[3]
    assert lloyd(w, centers).inertia > 1.01 * found.inertia


@pytest.mark.parametrize("size", [256, 512])
def test_where_snow_is_rare_a_fifth_colour_brings_it_back_and_the_ari_does_not_tell(size):
    """The centre that snow lacks lies on a shore, and snow goes to whichever is nearest."""
    rare, to_shore = 0, 0
    for seed in range(12, 28):
        w = world(size, seed=seed)
        if (w.scene.truth == 3).mean() > 0.02:
            continue
        rare += 1
        four, five = w.clusters(4), w.clusters(5)
        at_shore = np.linalg.norm(four.centers - (PAINTS[0] + PAINTS[1]) / 2, axis=1)
        assert at_shore.min() < 40
        to_shore += owners(w, four.labels)[3] == at_shore.argmin()
        before, after = (scores.matched_iou(w.scene.truth, w.map_of(found))[3]
                         for found in (four, five))
        assert before < 0.15 and after > 0.6
        assert abs(w.ari(w.map_of(four)) - w.ari(w.map_of(five))) < 0.03
        assert inertia_of(w, w.scene.truth) > 1.05 * four.inertia
    assert rare >= (2 if size == 256 else 7)
    assert to_shore >= rare / 2  # elsewhere it goes to the mountains


# When it fails: it does not see neighbours

def noisy(w, noise):
    grain = np.random.default_rng(0).normal(0, noise, w.scene.image.shape)
    return np.clip(w.scene.image + grain, 0, 255).astype(np.uint8)


def parts(labels):
    return sum(ndimage.label(labels == label)[1] for label in np.unique(labels))


def test_noise_makes_salt_and_pepper_and_smoothing_mends_it_at_a_price(worlds):
    for w in worlds[:4]:
        pictures = [w.scene.image, noisy(w, 60)]
        pictures += [ndimage.gaussian_filter(picture, (2, 2, 0)) for picture in pictures]
        maps_ = [kmeans.segment(picture, 4, n_init=5).labels for picture in pictures]
        clean, noise, clean_smooth, noise_smooth = map(w.ari, maps_)
        assert noise < noise_smooth - 0.1 and clean_smooth < clean - 0.02
        assert parts(maps_[1]) > 50 * parts(maps_[0]) and parts(maps_[3]) < 2 * parts(maps_[0])


def test_a_pixel_does_not_know_its_neighbours(worlds):
    """Pixels in any order get the same labels."""
    w, rng = worlds[1], np.random.default_rng(0)
    pixels = noisy(w, 20).reshape(-1, 3)
    order = rng.permutation(len(pixels))
    start = PAINTS + rng.uniform(-0.5, 0.5, PAINTS.shape)
    labels = kmeans.segment(pixels.reshape(SIZE, SIZE, 3), 4, start=start).labels.ravel()
    shuffled = kmeans.segment(pixels[order].reshape(SIZE, SIZE, 3), 4, start=start).labels.ravel()
    assert np.array_equal(shuffled, labels[order])


@pytest.mark.parametrize("seed", range(3))
def test_lakes_far_apart_get_one_label_and_a_graph_cut_keeps_them_apart(seed):
    w = world(128, seed=seed, scale=40, octaves=3)
    lakes, _ = ndimage.label(w.scene.truth == 0)
    large = np.flatnonzero(np.bincount(lakes.ravel())[1:] > 100) + 1
    assert len(large) >= 4
    found = w.map_of(w.clusters(4))
    assert len({np.bincount(found[lakes == lake]).argmax() for lake in large}) == 1
    cut = spectral.segment(images.gray(w.scene.image), 6, beta=5.0).labels
    assert len({np.bincount(cut[lakes == lake]).argmax() for lake in large}) >= 3
    assert parts(cut) == 6 < parts(found)
    # With noise its regions stay whole, for it looks at neighbours.
    assert parts(spectral.segment(images.gray(noisy(w, 60)), 6, beta=5.0).labels) < 20
    assert parts(kmeans.segment(noisy(w, 60), 4).labels) > 1000


# From scratch

@pytest.fixture(scope="module")
def my_kmeans():
    """The function of the notebook."""
    path = Path(__file__).resolve().parents[3] / "notebooks" / "03_landscape_kmeans.ipynb"
    [source] = [cell.source for cell in nbformat.read(path, as_version=4).cells
                if cell.source.startswith("def my_kmeans(")]
    names = {"np": np}
    exec(source.split("\nmine,")[0], names)
    return names["my_kmeans"]


def test_the_version_from_scratch_is_that_of_the_library(my_kmeans, worlds):
    rng = np.random.default_rng(0)
    for w in worlds:
        for start in (BY_EYE, *(PAINTS + rng.uniform(-20, 20, (3, 4, 3)))):
            labels, centers = my_kmeans(w.colors.values, w.colors.counts, start)
            found = kmeans.fit(w.colors.values, 4, weights=w.colors.counts, start=start)
            assert np.array_equal(labels, found.labels)
            assert np.allclose(centers, found.centers, atol=1e-6)


def test_the_version_from_scratch_stops_when_a_center_gets_no_pixel(my_kmeans, worlds):
    """The learner may change the colours by eye. An endless loop would warn in each round."""
    class Endless(Exception):
        pass

    heard = []

    def hear(*what):
        heard.append(what)
        if len(heard) > 20:
            raise Endless

    start = np.array([(0, 0, 255), (0, 0, 250), (0, 255, 0), (128, 64, 0)])  # two blues
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = hear
        my_kmeans(worlds[0].colors.values, worlds[0].colors.counts, start)


# Exercises, In practice

def test_mini_batches_are_never_better_and_sometimes_far_worse(worlds):
    runs = []
    for w in worlds[:3]:
        pixels, best = w.scene.image.reshape(-1, 3), w.clusters(7).inertia
        runs += [MiniBatchKMeans(7, n_init=3, random_state=seed).fit(pixels).inertia_ / best
                 for seed in range(3)]
    assert min(runs) > 1 and max(runs) > 1.05


def test_a_line_is_cut_into_pieces_of_like_length():
    for k in (2, 5, 9):
        line = np.linspace(0, 1, 2000)[:, None] * (200, -120, 60) + (10, 200, 30)
        lengths = np.bincount(kmeans.fit(line, k).labels)
        assert lengths.max() < 1.1 * lengths.min()


def test_heaps_of_unlike_size_are_shared_out_badly():
    """Of a wide heap of many points some go to a narrow heap of few beside it."""
    rng = np.random.default_rng(0)

    def score(heaps):
        points = np.vstack([rng.normal((at, 100, 100), wide, (n, 3)) for at, wide, n in heaps])
        truth = np.repeat([0, 1], [n for _, _, n in heaps])
        return scores.adjusted_rand(truth, kmeans.fit(points, 2).labels)

    assert score([(100, 10, 500), (180, 10, 500)]) > 0.99
    assert score([(100, 25, 4000), (180, 4, 60)]) < 0.1


@pytest.mark.parametrize("paint", [0, 1, 3])  # in the mountains it takes more tries
def test_the_hint_of_exercise_3_works(lesson, paint):
    """All centres close together in one heap: after a few tries."""
    rng, best = np.random.default_rng(0), lesson.clusters(4).inertia
    ratios = [rest(lesson, 4, number).inertia / best for number in range(200)]
    tries = (np.clip(PAINTS[paint] + rng.uniform(-15, 15, (4, 3)), 0, 255) for _ in range(40))
    heard = (said(check.check_3, start, lesson.colors, 4, best, 0.95 * max(ratios))
             for start in tries)
    assert any(text.startswith("✓") for text in heard)
