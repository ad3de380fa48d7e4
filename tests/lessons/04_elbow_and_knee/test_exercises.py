"""The checks of lesson 04: right, alternative and known-wrong answers."""

import functools

import numpy as np
import pytest
from sklearn.metrics import silhouette_samples, silhouette_score

from lessons_lib import kmeans, landscape, maps, scores
from lessons_lib.colors import bin_colors, unique_colors
from lessons_lib.exercises import elbow_and_knee as check
from tests.exercises.answers import said, strange

STRANGE = strange((30, 40))

# 5 clusters leave less than a tenth; from 5 to 6 the inertia hardly falls.
INERTIAS = {1: 1000.0, 2: 500.0, 3: 250.0, 4: 120.0, 5: 80.0, 6: 75.0, 7: 40.0}

# The landscape's colours in bins, and three clusters of them.
BINS = bin_colors(unique_colors(landscape.make(128).image))
POINTS, COUNTS = BINS.values, BINS.counts
LABELS = kmeans.fit(POINTS, 3, weights=COUNTS).labels
GIVEN = POINTS, LABELS, COUNTS
# Pixel by pixel.
EACH = silhouette_samples(np.repeat(POINTS, COUNTS, axis=0), np.repeat(LABELS, COUNTS))
RIGHT, PLAIN = float(EACH.mean()), float(silhouette_score(POINTS, LABELS))


# 1: the smallest k that leaves less than a tenth

@pytest.mark.parametrize("answer", [
    5, 5.0, np.int64(5), np.float32(5), np.array(5), [5], (5,), np.array([[5]])])
def test_1_right(answer):
    assert said(check.check_1, answer, INERTIAS) == (
        "✓ 5 clusters leave 8.0 % of the inertia of one, 4 leave 12.0 %.\n")


def test_1_the_order_of_the_dict_and_another_share():
    backwards = dict(sorted(INERTIAS.items(), reverse=True))
    assert said(check.check_1, 5, backwards).startswith("✓ 5 clusters leave")
    assert said(check.check_1, 3, INERTIAS, 0.3).startswith("✓ 3 clusters leave 25.0 %")
    tenth = {1: 10.0, 2: 5.0, 3: 1.0, 4: 0.5}  # a tenth is not less
    assert said(check.check_1, 4, tenth).startswith("✓ 4")


def test_1_none_of_them(match):
    few = {k: INERTIAS[k] for k in (1, 2, 3)}
    assert said(check.check_1, 0, few) == (
        "✓ None of the numbers up to 3 leaves less than 10 %.\n")
    match("✗ With 3 clusters 25.0 % are left; less than 10 % is the aim.",
          said(check.check_1, 3, few))


@pytest.mark.parametrize("answer, message", [
    (4, "✗ Nearly: 4 clusters still leave 12.0 %. Is 4 a place in a list"),
    (6, "✗ From 5 to 6 clusters the inertia falls by less than a tenth. That compares neigh"),
    (7, "✗ 7 clusters leave 4.0 %, but fewer do as well. Ask for the smallest."),
    (2, "✗ With 2 clusters 50.0 % are left; less than 10 % is the aim."),
    (1, "✗ With 1 cluster 100.0 % are left"),
    (0, "✗ There is one: 4.0 % are left with 7 clusters. Did you compare with 0.1 itself"),
    (80.0, "✗ This is an inertia. The number of clusters that has it"),
    (1000, "✗ This is an inertia."),
    (8, "✗ You did not measure 8: the numbers tried run from 1 to 7."),
    (100, "✗ You did not measure 100"),
    (0.08, "✗ A whole number from 0 to 10000 is asked for; you gave 0.08."),
    (-1, "✗ A whole number from 0 to 10000 is asked for; you gave -1."),
    ([5, 6, 7], "✗ One number is asked for; this is a list of 3."),
    (INERTIAS, "✗ One number is asked for; this is a dict of 7."),
    ("5", "✗ This is text. Hand in the number itself"),
    (min, "✗ This is a function. Call it"),
])
def test_1_wrong(answer, message, match):
    match(message, said(check.check_1, answer, INERTIAS))


def test_1_the_place_before_a_flat_step():
    """The last k before neighbours are alike, far from the right one."""
    flat = {1: 1000.0, 2: 950.0, 3: 400.0, 4: 300.0, 5: 90.0}
    for answer in (1, 2):
        assert said(check.check_1, answer, flat).startswith(
            "✗ From 1 to 2 clusters the inertia falls")


# 2: the silhouette of all pixels

@pytest.mark.parametrize("answer", [
    RIGHT, round(RIGHT, 3), round(RIGHT, 4), np.float32(RIGHT), np.array(RIGHT), [RIGHT], (RIGHT,),
    scores.silhouette(POINTS, LABELS, weights=COUNTS),
    scores.silhouette(POINTS, 9 - LABELS, weights=COUNTS)])
def test_2_right(answer):
    assert said(check.check_2, answer, *GIVEN) == (
        f"✓ {RIGHT:.3f} with the counts; {PLAIN:.3f} without.\n")


@pytest.mark.parametrize("answer, message", [
    (PLAIN, r"✗ 0\.\d{3} counts each colour once, as if .* weights="),
    (round(PLAIN, 3), r"✗ 0\.\d{3} counts each colour once"),
    (np.average(silhouette_samples(POINTS, LABELS), weights=COUNTS),
     r"✗ 0\.\d{3} uses the counts for the last mean only."),
    (silhouette_samples(POINTS, LABELS),
     "✗ This is one silhouette for each colour. Their mean is asked for"),
    (silhouette_samples(POINTS, LABELS).tolist(), "✗ This is one silhouette for each colour."),
    (round(RIGHT, 2),
     rf"✗ {round(RIGHT, 2):.3f} is right to two decimals; the third is not 0. Hand in the"),
    (scores.davies_bouldin(POINTS, LABELS, weights=COUNTS),
     r"✗ \d\.\d{3} is the Davies-Bouldin score of these clusters."),
    (scores.calinski_harabasz(POINTS, LABELS, weights=COUNTS),
     r"✗ A silhouette lies between -1 and 1; \d+\.\d+ does not. Did you take another criterion"),
    (100 * RIGHT, "✗ Nearly: a silhouette runs from -1 to 1"),
    (-RIGHT, r"✗ Nearly: a silhouette runs from -1 to 1, and \(b - a\) is positive"),
    (RIGHT - 0.03,
     r"✗ 0\.\d{3} is not the silhouette of these labels. Do points, labels and counts belong"),
    (scores.silhouette(POINTS, LABELS, weights=COUNTS[::-1]),
     "✗ .* is not the silhouette of these labels."),
    (0, "✗ 0.000 is not the silhouette of these labels."),
    (3, "✗ A silhouette lies between -1 and 1; 3 does not."),
    (LABELS[:7], r"✗ One number is asked for; this is an array of shape \(7,\)."),
    ("0.66", "✗ This is text. Hand in the number itself"),
    (scores.silhouette, "✗ This is a function. Call it"),
])
def test_2_wrong(answer, message, match):
    match(message, said(check.check_2, answer, *GIVEN))


# 3: the k whose named map agrees best

SCENES = [landscape.make(128, seed=seed) for seed in (2, 6)]


@functools.cache
def agreement(number, *, named):
    """ARI to the truth for each k, pixel by pixel."""
    scene, result = SCENES[number], {}
    for k in range(2, 13):
        found = kmeans.segment(scene.image, k)
        names = maps.name_clusters(found.centers, landscape.COLORS, landscape.NAMES).classes
        labels = names[found.labels] if named else found.labels
        result[k] = scores.adjusted_rand(scene.truth, labels)
    return result


def number_of(scene):
    return next(i for i, one in enumerate(SCENES) if one is scene)


def best_k(scene):
    table = agreement(number_of(scene), named=True)
    return max(table, key=table.get)


def best_bare(scene):
    table = agreement(number_of(scene), named=False)
    return max(table, key=table.get)


class Finder:
    def __call__(self, scene):
        return [best_k(scene)]


@pytest.mark.parametrize("answer", [
    best_k, lambda scene: float(best_k(scene)), lambda scene: np.int64(best_k(scene)), Finder(),
    functools.partial(best_k), lambda scene, verbose=False: np.array(best_k(scene))])
def test_3_right(answer):
    assert said(check.check_3, answer, SCENES) == (
        f"✓ {best_k(SCENES[0])} and {best_k(SCENES[1])}: the same four classes, and another best "
        "k for another landscape.\n")


def test_3_one_number_for_both():
    k = best_k(SCENES[0])
    assert said(check.check_3, best_k, SCENES[:1] * 2) == f"✓ {k} and {k} clusters agree best.\n"


def test_3_a_k_that_is_as_good_is_right():
    """Whatever lies within 0.005 of the best, and nothing else."""
    table, said_right = agreement(0, named=True), set()
    for k in table:
        if said(check.check_3, lambda scene, k=k: k, SCENES[:1]).startswith("✓"):
            said_right.add(k)
    assert said_right == {k for k in table if table[k] >= max(table.values()) - 0.005} < set(table)


def other_than_best(scene):
    """A k that no mistake we know of leads to."""
    bare, named = (agreement(number_of(scene), named=n) for n in (False, True))
    best = max(named, key=named.get)
    return next(k for k in named if named[k] < named[best] - 0.005
                and k not in (best - 2, min(named, key=named.get), max(bare, key=bare.get)))


def broken(scene):
    return scene.picture


@pytest.mark.parametrize("answer, message", [
    (best_bare,
     r"✗ Landscape 1: \d+ clusters, named, .* Yours is best for the bare clusters. Give clusters"),
    (lambda scene: best_k(scene) - 2,
     r"✗ Landscape 1: .* your k is the place in a list that starts with k = 2. Add 2"),
    (lambda scene: min(check.RANGE, key=agreement(number_of(scene), named=True).get),
     r"✗ Landscape 1: .* Yours is the worst of all. Did you look for the smallest ARI"),
    (lambda scene: best_k(SCENES[0]),
     r"✗ Landscape 2: \d+ clusters, named, reach an ARI of 0\.\d{3}; another number "
     r"reaches 0\.\d{3}\."),
    (other_than_best, r"✗ Landscape 1: .* the named map.* with scene\.truth"),
    (lambda scene: max(agreement(number_of(scene), named=True).values()),
     r"✗ best_k returns 0\.\d+ for landscape 1. Is this the ARI\? The k that reaches it"),
    (lambda scene: 13, "✗ best_k returns 13 for landscape 1; a number from 2 to 12 is asked for."),
    (lambda scene: 1, "✗ best_k returns 1 for landscape 1; a number from 2 to 12"),
    (lambda scene: 4.5, "✗ best_k returns 4.5 for landscape 1; a number from 2 to 12"),
    (lambda scene: np.nan, "✗ .*nan"),
    (lambda scene: agreement(number_of(scene), named=True),
     "✗ One number is asked for; this is a dict of 11."),
    (lambda scene: "4", "✗ This is text."),
    (lambda scene: None, "✗ best_k returns nothing. Is the return missing"),
    (broken,
     r"✗ best_k\(scene\) raised AttributeError: .*picture.*It gets a scene with .image and"),
    (lambda: 4, r"✗ best_k\(scene\) raised TypeError: "),
    (lambda scene: 1 / 0, r"✗ best_k\(scene\) raised ZeroDivisionError: "),
    (10, "✗ A function is asked for: hand in best_k itself, without parentheses. This is of type"),
    ([10, 4], "✗ A function is asked for: .* This is a list of 2."),
    ("best_k", "✗ A function is asked for: .* This is of type str."),
])
def test_3_wrong(answer, message, match):
    match(message, said(check.check_3, answer, SCENES))


# all: see test_every_check.py

CHECKS = [(check.check_1, (INERTIAS,)), (check.check_2, GIVEN), (check.check_3, (SCENES[:1],))]


@pytest.mark.parametrize("name", STRANGE)
def test_a_function_that_returns_something_strange_is_wrong(name):
    assert said(check.check_3, lambda scene: STRANGE[name], SCENES[:1]).startswith("✗ ")
