"""Checks of lesson 04."""

import numpy as np

from lessons_lib import kmeans, landscape, maps, scores
from lessons_lib.colors import unique_colors
from lessons_lib.exercises.base import Wrong, check, describe, need_number

RANGE = range(2, 13)  # the numbers of clusters of exercise 3


@check
def check_1(answer, inertias, share=0.1):
    """The smallest number of clusters that leaves less than a share of the inertia of one cluster.

    `inertias` is a dict from number of clusters to inertia; 0 stands for none of them.
    """
    ks = sorted(inertias)
    value = need_number(answer)
    if any(value > ks[-1] and np.isclose(value, inertia) for inertia in inertias.values()):
        raise Wrong("This is an inertia. The number of clusters that has it is asked for.")
    n = need_number(answer, 0, 10_000, whole=True)
    left = {k: inertias[k] / inertias[1] for k in ks}
    right = next((k for k in ks if left[k] < share), 0)
    if n == right:
        if not n:
            return f"None of the numbers up to {ks[-1]} leaves less than {100 * share:.0f} %."
        return (f"{n} clusters leave {100 * left[n]:.1f} % of the inertia of one, {n - 1} leave "
                f"{100 * left[n - 1]:.1f} %.")
    if n == 0:
        raise Wrong(f"There is one: {100 * left[ks[-1]]:.1f} % are left with {ks[-1]} clusters. "
                    f"Did you compare with {share:g} itself? {share:g} times the inertia of one "
                    "cluster is meant.")
    if n not in inertias:
        raise Wrong(f"You did not measure {n}: the numbers tried run from {ks[0]} to {ks[-1]}.")
    slow = next((k for k in ks[1:] if inertias[k] > (1 - share) * inertias[k - 1]), None)
    if n == right - 1:
        raise Wrong(f"Nearly: {n} clusters still leave {100 * left[n]:.1f} %. Is {n} a place in a "
                    "list? Places count from 0, clusters from 1.")
    if n in (slow, (slow or 0) - 1):
        raise Wrong(f"From {slow - 1} to {slow} clusters the inertia falls by less than a tenth. "
                    "That compares neighbours; compare each with one cluster.")
    if left[n] >= share:
        raise Wrong(f"With {n} cluster{'s' * (n > 1)} {100 * left[n]:.1f} % are left; less than "
                    f"{100 * share:.0f} % is the aim.")
    raise Wrong(f"{n} clusters leave {100 * left[n]:.1f} %, but fewer do as well. Ask for the "
                "smallest.")


@check
def check_2(answer, points, labels, counts):
    """The mean silhouette of a clustering, each colour counted as often as pixels have it."""
    if np.ndim(answer) == 1 and np.size(answer) == len(points):
        raise Wrong("This is one silhouette for each colour. Their mean is asked for, each colour "
                    "counted as often as pixels have it.")
    value = need_number(answer)
    right = scores.silhouette(points, labels, weights=counts)
    plain = scores.silhouette(points, labels)

    def near(other):
        return abs(value - other) < 0.0006  # three decimals will do

    if near(right):
        return f"{right:z.3f} with the counts; {plain:z.3f} without."
    if abs(value - right) < 0.006 and round(value, 2) == value:
        raise Wrong(f"{value:z.3f} is right to two decimals; the third is not 0. Hand in the "
                    "number as it was computed, not rounded.")
    if near(plain):
        raise Wrong(f"{value:z.3f} counts each colour once, as if a colour of one pixel weighed as "
                    "much as one of thousands. That happens if the counts are not handed over: "
                    "weights=...")
    if near(_half_weighted(points, labels, counts)):
        raise Wrong(f"{value:z.3f} uses the counts for the last mean only. The distances a and b "
                    "are means over pixels, too, so they need the counts as well.")
    if near(scores.davies_bouldin(points, labels, weights=counts)):
        raise Wrong(f"{value:z.3f} is the Davies-Bouldin score of these clusters.")
    if near(100 * right) or near(-right):
        raise Wrong("Nearly: a silhouette runs from -1 to 1, and (b - a) is positive for a pixel "
                    "that lies well.")
    if not -1 <= value <= 1:
        raise Wrong(f"A silhouette lies between -1 and 1; {value:.6g} does not. Did you take "
                    "another criterion?")
    raise Wrong(f"{value:z.3f} is not the silhouette of these labels. Do points, labels and counts "
                "belong to the same colours, in the same order?")


def _half_weighted(points, labels, counts):
    from sklearn.metrics import silhouette_samples

    return float(np.average(silhouette_samples(points, labels), weights=counts))


@check
def check_3(answer, scenes):
    """A function that finds the number of clusters whose named map agrees best with the truth."""
    if not callable(answer):
        raise Wrong("A function is asked for: hand in best_k itself, without parentheses. This is "
                    f"{describe(answer)}.")
    found = []
    for number, scene in enumerate(scenes, 1):
        try:
            returned = answer(scene)
        except Exception as error:
            raise Wrong(f"best_k(scene) raised {type(error).__name__}: {error}. It gets a scene "
                        "with .image and .truth.") from None
        if returned is None:
            raise Wrong("best_k returns nothing. Is the return missing?")
        k = need_number(returned)
        plain, named = _agreement(scene)
        if 0 <= k < 1:
            raise Wrong(f"best_k returns {k:.3g} for landscape {number}. Is this the ARI? The k "
                        "that reaches it is asked for: max(agreement, key=agreement.get).")
        if k not in named:
            raise Wrong(f"best_k returns {k:g} for landscape {number}; a number from {RANGE[0]} to "
                        f"{RANGE[-1]} is asked for.")
        if named[k] < max(named.values()) - 0.005:
            _explain(number, int(k), named, plain)
        found.append(int(k))
    agreement = " and ".join(str(k) for k in found)
    if len(set(found)) > 1:
        return f"{agreement}: the same four classes, and another best k for another landscape."
    return f"{agreement} clusters agree best."


def _explain(number, k, named, plain):
    best = max(named, key=named.get)
    told = (f"Landscape {number}: {k} clusters, named, reach an ARI of {named[k]:z.3f}; another "
            f"number reaches {named[best]:z.3f}.")
    if k + 2 == best:
        raise Wrong(f"{told} Nearly: your k is the place in a list that starts with k = "
                    f"{RANGE[0]}. Add {RANGE[0]}.")
    if k == min(named, key=named.get):
        raise Wrong(f"{told} Yours is the worst of all. Did you look for the smallest ARI?")
    if k == max(plain, key=plain.get):
        raise Wrong(f"{told} Yours is best for the bare clusters. Give clusters that take one name "
                    "the same class before you compare: naming.classes[labels]. Or do you return "
                    "one number for all landscapes?")
    raise Wrong(f"{told} Is the named map compared with scene.truth? Did you leave n_init as it "
                "is? Few starts may end badly.")


def _agreement(scene):
    """ARI to the truth for each k: of the clusters, and of the classes they are named after."""
    colors, plain, named = unique_colors(scene.image), {}, {}
    for k in RANGE:
        found = kmeans.fit_colors(colors, k)
        classes = maps.name_clusters(found.centers, landscape.COLORS, landscape.NAMES).classes
        for table, labels in ((plain, found.labels), (named, classes[found.labels])):
            overlap = scores.overlap_table(scene.truth, labels.take(colors.index))
            table[k] = scores.rand_from_table(overlap)
    return plain, named
