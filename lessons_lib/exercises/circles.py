"""Checks of lesson 01."""

import numpy as np

from lessons_lib import scores
from lessons_lib.exercises.base import Wrong, check, need_labels


def _fits(labels, mask):
    """True if the background has one label that no pixel of the mask has."""
    outside = np.unique(labels[~mask])
    return len(outside) == 1 and outside[0] not in labels[mask]


def _regions(answer, scene):
    """The answer as labels 0..k-1 inside the mask, and k; refuses what is wrong in any exercise."""
    mask = scene.mask
    if answer is scene.truth:
        raise Wrong("This is the truth itself. Find the discs without it.")
    labels = need_labels(answer, mask.shape)
    if not _fits(labels, mask) and _fits(labels.T, mask):
        raise Wrong("The picture is lying on its side: discs and regions do not lie on each other. "
                    "Rows come first; a .T too many does this.")
    inside, compact = np.unique(labels[mask], return_inverse=True)
    outside = np.unique(labels[~mask])
    if len(inside) == 1:
        raise Wrong("All discs are one region: they are still merged. One threshold cannot part "
                    "what touches; ask spectral.segment for more regions (k).")
    if len(outside) > 1:
        raise Wrong("The background counts as part of your regions. Then the cut looks for the "
                    "edge between disc and background, which is not the question. Hand the mask "
                    "over: spectral.segment(image, k, mask=mask).")
    if outside in inside:
        raise Wrong(f"The background has the label {outside[0]}, and so has a part of the discs. "
                    "Outside the mask the label is −1: np.where(scene.mask, labels, -1). Or did "
                    "you not hand the mask over to spectral.segment?")
    labels = np.full(mask.shape, -1)
    labels[mask] = compact.ravel()
    return labels, len(inside)


@check
def check_1(answer, scene):
    """Two discs as two regions."""
    labels, k = _regions(answer, scene)
    true_k = int(scene.truth.max()) + 1
    if k > true_k:
        raise Wrong(f"There are {k} regions for {true_k} discs: k is too large, and a disc is cut "
                    "to pieces.")
    if k < true_k:
        raise Wrong(f"There are {k} regions for {true_k} discs: k is too small, and some discs are "
                    "merged.")
    rand = scores.adjusted_rand(scene.truth, labels)
    if rand < 0.9:
        raise Wrong("The number of regions is right, but they do not follow the discs "
                    f"(ARI {rand:z.2f}). Is beta very large, so that noise is a wall? Or did you "
                    "label rows or columns?")
    return f"{k} discs, {k} regions, ARI {rand:z.2f}."


@check
def check_2(answer):
    """A function that turns differences into bonds."""
    if not callable(answer):
        raise Wrong("A function is asked for: hand in my_bonds itself, without parentheses.")
    difference = np.array([0.0, 0.1, 0.2, 0.5, 1.0, 0.0, 0.3])
    beta = 2.0
    std = difference.std()
    scaled = difference / std
    try:
        returned = answer(difference.copy(), beta)
        got = np.asarray(returned, dtype=float)
    except Exception as error:
        raise Wrong(f"my_bonds(difference, beta) raised {type(error).__name__}: {error}. It gets "
                    "an array and a number.") from None
    if returned is None:
        raise Wrong("my_bonds returns nothing. Is the return missing?")
    if got.shape != difference.shape:
        raise Wrong(f"One bond for each difference is asked for: shape {difference.shape}; "
                    f"yours has {got.shape}.")
    mistakes = [
        (difference, "These are the differences themselves. The exponential is missing, so unlike "
                     "pixels attract and equal pixels have no bond at all."),
        (scaled, "These are scaled differences, still without the exponential: unlike pixels "
                 "attract."),
        (-beta * scaled, "These are the exponents. Bonds must be positive: take np.exp of them."),
        (np.exp(beta * scaled), "The bonds grow with the difference: the minus sign is missing."),
        (np.exp(-beta * difference),
         "Nearly. The differences are not divided by their standard deviation, so beta would mean "
         "something else in every picture."),
        (np.exp(-beta * difference / std ** 2),
         "Nearly. The differences are divided by their variance; its root is the standard "
         "deviation."),
        (np.exp(-beta * difference / difference.mean()),
         "Nearly. The differences are divided by their mean; their standard deviation is asked "
         "for."),
        (np.exp(-beta * difference / difference.std(ddof=1)),
         "Nearly. This standard deviation divides by n - 1 (ddof=1); take that of NumPy as it "
         "comes, difference.std()."),
        (np.exp(-scaled), "beta is not used: the bonds do not change with it."),
        (beta * np.exp(-scaled),
         "beta stands outside the exponential. There it only multiplies all bonds alike, which "
         "changes no cut."),
    ]
    squared = ("This is a Gaussian: the difference is squared. It falls, too, but the bond of this "
               "lesson has the difference itself.")
    mistakes += [(np.exp(-factor * difference ** 2 / over), squared)
                 for factor in (1, 0.5, beta, beta / 2, beta ** 2, beta ** 2 / 2)
                 for over in (1, std ** 2, std)]
    right = np.exp(-beta * scaled)
    if np.allclose(got, right, atol=1e-5):
        return "Alike pixels hold together, unlike pixels let go."
    for wrong, message in mistakes:
        if np.allclose(got, wrong, atol=1e-5):
            raise Wrong(message)
    worst = int(np.abs(got - right).argmax())
    raise Wrong(f"For the differences {difference.tolist()} and beta = 2, bond {worst} should be "
                f"{right[worst]:.3f}; yours is {got[worst]:.3f}. Compare with the formula in "
                "*How does a difference become a bond?*, step by step: what is divided by, what "
                "multiplies, what has a minus sign?")


@check
def check_3(answer, scene):
    """Two discs of very different size."""
    labels, k = _regions(answer, scene)
    rand = scores.adjusted_rand(scene.truth, labels)
    if k > 2:
        best = scores.adjusted_rand(scene.truth, _merge_to_two(labels, scene))
        hint = (" One of them, or a few together, are the small disc: merge the others."
                if best > 0.9 else "")
        raise Wrong(f"You have {k} regions; two are asked for.{hint}")
    if _straight(labels, scene.mask):
        raise Wrong(f"This is a straight cut along a row or column (ARI {rand:z.2f}): you know "
                    "where the small disc is, and the method does not. Let it find the disc: ask "
                    "spectral.segment for more regions, then merge.")
    smaller = np.bincount(labels[scene.mask]).min() / scene.mask.sum()
    if rand < 0.3 and smaller < 0.25:
        raise Wrong("One region is small, as it should be, but it is a piece of the large disc "
                    f"(ARI {rand:z.2f}). Which of the pieces holds the rightmost pixel of the "
                    "mask?")
    if rand < 0.3:
        raise Wrong(f"This is the balanced cut again (ARI {rand:z.2f}): it slices the large disc, "
                    "for that makes two regions of like volume. Ask for more regions, then merge.")
    if rand < 0.9:
        raise Wrong(f"Better than two regions asked for at once, but ARI is {rand:z.3f}; 0.900 is "
                    "the aim. Try another k before you merge.")
    return f"The small disc is free, ARI {rand:z.2f}."


def _straight(labels, mask):
    """True if a row or a column parts label 0 from label 1."""
    for at in np.nonzero(mask):
        ends = [(at[labels[mask] == one].min(), at[labels[mask] == one].max()) for one in (0, 1)]
        if ends[0][1] < ends[1][0] or ends[1][1] < ends[0][0]:
            return True
    return False


def _merge_to_two(labels, scene):
    """Each region goes to the disc that it mostly lies on."""
    disc = scores.overlap_table(scene.truth, labels).argmax(axis=0)
    return np.where(scene.mask, disc[labels], -1)
