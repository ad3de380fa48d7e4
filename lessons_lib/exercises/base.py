"""What all checks share: they print, they explain, and they never raise."""

import functools

import numpy as np


class Wrong(Exception):
    """Raised inside a check: what is wrong with the answer, and why it happens."""


def check(function):
    """Turn a function into a check.

    The function gets the answer (and whatever else it declares), raises `Wrong` with an
    explanation, or returns the text for a right answer. The check prints one line
    that starts with ✓, ✗ or … and returns nothing.
    """

    @functools.wraps(function)
    def checked(answer=..., *args, **kwargs):
        if answer is ... or answer is None:
            print("… not answered yet")
            return
        try:
            print("✓", function(answer, *args, **kwargs))
        except Wrong as wrong:
            print("✗", wrong)
        except Exception as error:  # an answer of a kind nobody thought of
            print(f"✗ The check could not read this answer ({type(error).__name__}: {error}). "
                  "Look again at what the exercise asks for.")

    return checked


def need_number(answer, low=-np.inf, high=np.inf, whole=False):
    """Return the answer as a number from `low` to `high`, or raise `Wrong`."""
    if callable(answer):
        raise Wrong("This is a function. Call it, with parentheses, and hand in what it returns.")
    if isinstance(answer, str | bytes):
        raise Wrong("This is text. Hand in the number itself, without quotes.")
    try:
        value = float(np.asarray(answer).item())
    except (TypeError, ValueError, OverflowError):
        raise Wrong(f"One number is asked for; this is {describe(answer)}.") from None
    if not low <= value <= high or whole and not value.is_integer():
        kind = "whole number" if whole else "number"
        raise Wrong(f"A {kind}{_range(low, high)} is asked for; you gave {value:.12g}.")
    return int(value) if whole else value


def _range(low, high):
    """Which numbers will do, in words."""
    if np.isinf(low) and np.isinf(high):
        return ""
    if np.isinf(high):
        return f" of {low:g} or more"
    return f" of {high:g} or less" if np.isinf(low) else f" from {low:g} to {high:g}"


def need_labels(answer, shape):
    """Return the answer as an integer label map of the given shape, or raise `Wrong`."""
    if callable(answer):
        raise Wrong("This is a function. Call it, with parentheses, and hand in what it returns.")
    if hasattr(answer, "labels") and hasattr(answer, "centers"):
        raise Wrong("This is the whole result of k-means. Hand in its label map: add .labels")
    array = np.asarray(answer)
    if array.dtype.kind not in "iufb":
        raise Wrong("A label map is asked for: an array of whole numbers; this is "
                    f"{describe(answer)}.")
    if array.ndim == 3 and array.shape[2] in (3, 4):  # also of an enlarged picture
        raise Wrong("These are colours, three numbers a pixel. Hand in the label map: one whole "
                    "number a pixel.")
    if array.shape == (int(np.prod(shape)),):
        array = array.reshape(shape)
    if array.shape == tuple(shape)[::-1] and array.shape != tuple(shape):
        raise Wrong(f"The picture is lying on its side: the shape is {array.shape}, not {shape}. "
                    "Rows come first; a .T too many, or (width, height) in reshape, does this.")
    if array.shape != tuple(shape):
        raise Wrong(f"The label map must have the shape of the picture, {shape}; yours has "
                    f"{array.shape}. Only the pixels in the mask? Put them back: "
                    "labels = np.full(mask.shape, -1); labels[mask] = ...")
    if array.dtype.kind == "f":
        if not (np.abs(array) < 1e15).all():
            raise Wrong("Labels are whole numbers; yours hold NaN, infinity or huge values. No "
                        "label is −1 in this course.")
        if (array != array.round()).any():
            raise Wrong("Labels are whole numbers; yours have fractions. Is this the picture or an "
                        "eigenvector, not the label map?")
    return array.astype(np.int64)


def describe(answer):
    """A few words on what an object is, for messages."""
    if isinstance(answer, np.ndarray):
        return f"an array of shape {answer.shape}"
    if isinstance(answer, list | tuple | dict | set):
        return f"a {type(answer).__name__} of {len(answer)}"
    return f"of type {type(answer).__name__}"
