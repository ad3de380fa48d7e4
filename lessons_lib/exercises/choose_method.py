"""Checks of lesson 08."""

import numpy as np

from lessons_lib import scores
from lessons_lib.exercises.base import Wrong, check, describe, need_labels


@check
def check_1(answer, table):
    """The method that tuning helps most.

    `table` is a DataFrame with the columns "fixed" and "tuned", one row for each method.
    """
    gain = table["tuned"] - table["fixed"]
    right = gain.idxmax()
    if callable(answer) or not isinstance(answer, str):
        raise Wrong(f"The name of a method is asked for, in quotes; this is {describe(answer)}.")
    names = {name.lower(): name for name in table.index}
    named = names.get(answer.strip().lower())
    if named is None:
        raise Wrong(f"{answer!r} is none of the methods: {', '.join(table.index)}.")
    if gain[named] >= gain[right] - 1e-12:
        return f"{named}: {gain[named]:.2f} more with a setting of its own for each scene."
    if named == gain.idxmin():
        raise Wrong(f"{named} gains least, {gain[named]:.2f}. Which one gains most?")
    if named == table["tuned"].idxmax():
        raise Wrong(
            f"{named} is best after tuning. The question is what tuning adds: tuned minus fixed."
        )
    if named == table["fixed"].idxmax():
        raise Wrong(f"{named} is best with fixed settings. The question is what tuning adds.")
    raise Wrong(f"{named} gains {gain[named]:.2f}; another one gains more. Subtract the columns.")


@check
def check_2(answer, scene, least=0.8):
    """A label map of a scene that scores at least `least`."""
    truth = scene.truth
    if answer is truth:
        raise Wrong("This is the truth itself. Cut the picture without it.")
    labels = need_labels(answer, truth.shape)
    n = len(np.unique(labels[labels >= 0]))
    noise = (labels < 0).mean()
    if n < 2:
        raise Wrong(
            "Everything is one region"
            + (f", and {100 * noise:.0f} % are noise" if noise else "")
            + ". Ask for finer cuts."
        )
    rand = scores.adjusted_rand(truth, labels)
    if rand >= least:
        return f"{n} regions, ARI {rand:z.2f}."
    if noise > 0.3:
        raise Wrong(
            f"{100 * noise:.0f} % of the pixels are noise, so ARI is {rand:z.2f}; {least:g} is "
            f"asked "
            "for. A smaller cluster size, or a larger eps, leaves less noise."
        )
    if n > 20 * (truth.max() + 1):
        raise Wrong(
            f"{n} regions are many for {truth.max() + 1} true ones, and ARI is {rand:z.2f}; "
            f"{least:g} is asked for. Cut more coarsely."
        )
    raise Wrong(
        f"ARI is {rand:z.2f}; {least:g} is asked for. This scene is noisy: smooth it first, or try "
        "a method that looks at neighbours."
    )


@check
def check_3(answer):
    """A function that computes the segmentation covering."""
    if not callable(answer):
        raise Wrong("A function is asked for: hand in my_covering itself, without parentheses.")
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 0, 0, 0, 1, 1, 2], 8).reshape(7, 8)
    labels = np.where(rng.random(truth.shape) < 0.4, rng.integers(0, 3, truth.shape), truth // 2)
    right = scores.covering(truth, labels)
    try:
        got = answer(truth.copy(), labels.copy())
    except Exception as error:
        raise Wrong(f"my_covering(truth, labels) raised {type(error).__name__}: {error}.") from None
    if got is None:
        raise Wrong("my_covering returns nothing. Is the return missing?")
    try:
        got = float(got)
    except (TypeError, ValueError):
        raise Wrong(f"One number is asked for; my_covering returns {describe(got)}.") from None
    best = [max(((truth == t) & (labels == f)).sum() / ((truth == t) | (labels == f)).sum()
                for f in range(3)) for t in range(3)]
    if abs(got - right) < 1e-9:
        return f"{got:.3f} on a small example, as the library has it."
    if abs(got - np.mean(best)) < 1e-9:
        raise Wrong(
            "Nearly: this is the plain mean over the true regions. Large regions count more: "
            "weight each by its area."
        )
    if abs(got - scores.covering(labels, truth)) < 1e-9:
        raise Wrong(
            "The two are swapped: each TRUE region looks for the found region that covers it best."
        )
    if abs(got - scores.matched_iou(truth, labels).mean()) < 1e-9:
        raise Wrong(
            "This is the mean matched IoU, where each found region serves one true region only. "
            "Here it may serve several."
        )
    overlap = [max(((truth == t) & (labels == f)).sum() / (truth == t).sum() for f in range(3))
               for t in range(3)]
    if abs(got - np.average(overlap, weights=np.bincount(truth.ravel()))) < 1e-9:
        raise Wrong(
            "You divide by the true region alone. A found region that covers everything would "
            "score 1: divide by the union."
        )
    raise Wrong(
        f"On a small example it should be {right:.3f}; yours is {got:.3f}. For each true region "
        f"take "
        "the largest intersection over union with any found one, then average with the areas."
    )
