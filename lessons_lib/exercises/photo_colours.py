"""Checks of lesson 06."""

import numpy as np

from lessons_lib import features, kmeans, scores
from lessons_lib.colors import unique_colors
from lessons_lib.exercises.base import Wrong, check, describe, need_labels, need_number


@check
def check_1(answer, image, mask):
    """The mean colour of the pixels of a mask."""
    if callable(answer):
        raise Wrong("This is a function. Call it, with parentheses, and hand in what it returns.")
    try:
        if np.iscomplexobj(answer):  # NumPy would drop the imaginary part
            raise TypeError
        color = np.asarray(answer, dtype=float).squeeze()
    except (TypeError, ValueError):
        raise Wrong(f"Three numbers are asked for; this is {describe(answer)}.") from None
    if color.shape == (4,):
        raise Wrong("These are four numbers. The table has a column with the cluster by now; leave "
                    'it out: frame[["red", "green", "blue"]].')
    if color.ndim == 0:
        raise Wrong("This is one number, the mean over all channels. Take the mean down the rows "
                    "only: axis=0.")
    if color.shape != (3,):
        raise Wrong("Three numbers are asked for, the mean red, green and blue; yours have shape "
                    f"{color.shape}. Is a mean missing?")
    if not mask.any():
        return "This picture has no such pixel, so any answer will do."
    pixels = image[mask].astype(float)
    right = pixels.mean(axis=0)
    if np.allclose(color, right, atol=0.6):
        shown = right.round().astype(int).tolist()
        return f"The mean colour of the {mask.sum()} pixels is {shown}."
    for wrong, message in _wrong_means(image, mask, pixels, right):
        if np.allclose(color, wrong, atol=0.6 if wrong.max() > 1 else 0.005):
            raise Wrong(message)
    raise Wrong(f"No: {color.round(1).tolist()} is not the mean of the pixels where the mask is "
                "True. Perhaps the mask and the table go through the pixels in different orders: "
                "mask.ravel() goes row by row, as the table does.")


def _wrong_means(image, mask, pixels, right):
    """What comes out by mistake, and what to say then."""
    others = image[~mask].mean(axis=0) if not mask.all() else right * np.nan
    return [
        (image.mean(axis=(0, 1)),
         "This is the mean of the whole picture. Keep only the rows where the mask is True."),
        ((image * mask[..., None]).mean(axis=(0, 1)),
         "Multiplying by the mask makes all other pixels black, and here the black ones are "
         "counted, too. Select the pixels instead: image[mask] or frame[mask.ravel()]."),
        (others,
         "This is the mean of the pixels that are not in the mask."),
        (np.median(pixels, axis=0),
         "This is the median. The mean is asked for."),
        (right.astype(int),
         "These numbers are cut off, not rounded: astype(int) drops what stands behind the point."),
        (right / 255,
         "These are right, from 0 to 1. Here colours go from 0 to 255."),
        (right[::-1],
         "These are blue, green, red. The order is red, green, blue."),
        (right[[0, 2, 1]],
         "Green and blue are swapped. The order is red, green, blue."),
        (pixels.sum(axis=0),
         "These are the sums. Divide by the number of pixels, or use mean."),
    ]


@check
def check_2(answer, image, target):
    """The smallest palette that reaches so many decibels."""
    if isinstance(answer, tuple) and len(answer) == 3:
        raise Wrong("These are three things. Hand in the number you gave to quantize, not what it "
                    "returns.")
    value = need_number(answer, 1)
    if not value.is_integer():
        raise Wrong(f"A number of colours is a whole number; you gave {value:g}.")
    n, most = int(value), len(unique_colors(image).counts)
    if n > 256:
        raise Wrong(f"So many are not needed: {n}. Look again at the table: at which number of "
                    f"colours is {target:g} dB passed?")
    if n > most:
        raise Wrong(f"The picture has {most} colours; no palette needs more.")
    here, below = _psnr(image, n), _psnr(image, n - 1) if n > 1 else -np.inf
    if here < target and n < most:
        raise Wrong(f"A palette of {n} reaches {here:.2f} dB, less than {target:g}. One more "
                    "colour makes the error smaller, and the decibels more.")
    if below >= target:
        raise Wrong(f"{n} colours reach {here:.2f} dB, but {n - 1} reach {below:.2f} dB already. "
                    "The smallest number is asked for.")
    if n == 1:
        return f"One colour is enough: it reaches {here:.2f} dB."
    return f"{n} colours reach {here:.2f} dB; with one colour less it would be {below:.2f} dB."


def _psnr(image, k):
    """Decibels of the picture painted with k colours, whole numbers, as in the lesson."""
    from skimage.metrics import peak_signal_noise_ratio

    found = kmeans.segment(image, k, n_init=4)
    painted = found.centers.round().astype(np.uint8)[found.labels]
    with np.errstate(divide="ignore"):  # no error at all
        return peak_signal_noise_ratio(image, painted)


def reachable(bins, mask, k):
    """An IoU with the mask that one of k clusters of colours reaches.

    Parameters
    ----------
    bins : Colors
    mask : ndarray of bool, shape (rows, columns)
    k : int

    Returns
    -------
    float
        The best of all spaces of `features.SPACES`, and of hue and saturation without the value,
        less 0.02, rounded down to two decimals.
    """
    sets = [features.convert(bins.values, space) for space in features.SPACES]
    sets.append(features.convert(bins.values, "HSV, hue as an angle")[:, :2])
    reached = []
    for points in sets:
        if len(np.unique(points.round(9), axis=0)) >= k:  # greys have no hue
            labels = kmeans.fit(points, k, weights=bins.counts).labels[bins.index]
            reached.append(_wholeness(mask, labels))
    return max(int(100 * max(reached) - 2), 0) / 100


def _wholeness(mask, labels):
    """IoU of the mask with the cluster that matches it best; 0 for an empty mask."""
    return float(scores.matched_iou(np.where(mask, 0, -1), labels).max(initial=0))


@check
def check_3(answer, bins, mask, k, goal):
    """A label map in which one cluster matches the mask."""
    whole = hasattr(answer, "labels")  # the result of k-means: `need_labels` says so
    if not whole and np.shape(answer) == bins.counts.shape != (mask.size,):
        raise Wrong("This has one label for each bin of like colours. A label map has one for each "
                    "pixel, the label of its bin: add [shaded_bins.index]")
    labels = need_labels(answer, mask.shape)
    values, labels = np.unique(labels, return_inverse=True)
    labels = labels.reshape(mask.shape)
    if np.asarray(answer).dtype == bool or len(values) == 2 and k != 2:
        raise Wrong(f"This has two values only, as a mask has. {k} clusters are asked for, found "
                    "by k-means.")
    if len(values) != k:
        raise Wrong(f"{k} clusters are asked for; yours has {len(values)}.")
    best = _wholeness(mask, labels)
    if best >= 0.999 and goal < 0.97:
        raise Wrong("One of these clusters is the mask itself: this is our rule, not what k-means "
                    "found in the colours. Use features that k-means can cut by itself.")
    if best >= goal:
        return f"One cluster matches the mask with an IoU of {best:.2f}."
    inside = np.sort(np.bincount(labels[mask], minlength=k) / max(mask.sum(), 1))[::-1]
    if inside[1] > 0.15:
        parts = ", ".join(f"{100 * part:.0f} %" for part in inside if part > 0.05)
        why = (f"The thing still falls into parts: {parts} of it lie in different clusters. What "
               "differs between the parts should not count, or count less.")
    else:
        why = ("Most of the thing lies in one cluster, but that cluster holds much else. A column "
               "that tells the two apart must count more.")
    raise Wrong(f"The best cluster matches with an IoU of {best:.2f}; {goal:.2f} is asked for. "
                f"{why}")
