"""Checks of lesson 09."""

import numpy as np

from lessons_lib import batches
from lessons_lib.exercises.base import Wrong, check, describe, need_number


@check
def check_1(answer, classes, number, pixel_size, columns):
    """The area of one class in square units of the scale.

    `classes` are those of the working size, `pixel_size` is that of the full size, which is
    `columns` wide.
    """
    got = need_number(answer, 0)
    pixels, factor = int((classes == number).sum()), columns / classes.shape[1]
    right = pixels * (pixel_size * factor) ** 2
    known = [(pixels, "This is the number of pixels. Each covers an area: the square of its side."),
             (pixels * pixel_size * factor, "This is the number of pixels times their side. An "
              "area needs the square of the side."),
             (right / 1e6, "This is right in square millimetres if the scale is in micrometres. "
              "The question asks for the unit of the scale."),
             (pixels / classes.size, "This is a share of the picture, not an area."),
             (pixels * factor ** 2, "This is the number of pixels of the full size. Each covers an "
              "area: the square of its side.")]
    if abs(factor - 1) > 1e-3:
        known.insert(0, (pixels * pixel_size ** 2,
                         "Nearly: the scale is that of the full size, and you counted pixels of "
                         f"the working size, which are {factor:.3f} times as wide."))
    if abs(got - right) <= 0.005 * right:
        return (f"{right:,.0f} square units: {pixels:,} pixels of {pixel_size * factor:.3f} each "
                "way.")
    for value, why in known:
        if value and abs(got - value) <= 0.005 * value:
            raise Wrong(why)
    raise Wrong(f"It should be {right:,.0f}; yours is {got:,.6g}. Count the pixels of the class, "
                "and multiply by the area of a pixel of the working size.")


@check
def check_2(answer, low_of, least=0.95):
    """The smallest number of points, all right, whose interval begins at `least` or above.

    `low_of(n)` is the lower end for n points that are all right.
    """
    got = need_number(answer, 1, 100_000, whole=True)
    right = next(n for n in range(1, 100_000) if low_of(n) >= least)
    if got == right:
        return f"{right} points, all right, give an interval that begins at {low_of(right):.3f}."
    if got == right - 1:
        raise Wrong(f"One too few: {got} points give {low_of(got):.4f}, which is below {least:g}.")
    if got == 20:
        raise Wrong(f"Twenty points, all right, give an interval that begins at {low_of(20):.2f}. "
                    "More are needed.")
    if got < right:
        raise Wrong(f"Too few: {got} points give an interval that begins at {low_of(got):.3f}.")
    raise Wrong(f"Enough, but not the fewest: {got} points give {low_of(got):.3f}. Go up from 1, "
                "and stop at the first that will do.")


@check
def check_3(answer):
    """A function that counts what became of what."""
    if not callable(answer):
        raise Wrong("A function is asked for: hand in my_change itself, without parentheses.")
    rng = np.random.default_rng(0)
    before, after = rng.integers(-1, 3, (2, 9, 11))
    right = batches.change(before, after, ["a", "b", "c"]).to_numpy()[:3, :3]
    try:
        got = answer(before.copy(), after.copy(), 3)
    except Exception as error:
        raise Wrong(f"my_change(before, after, n) raised {type(error).__name__}: {error}."
                    ) from None
    if got is None:
        raise Wrong("my_change returns nothing. Is the return missing?")
    try:
        got = np.asarray(got, dtype=float)
    except (TypeError, ValueError):
        raise Wrong(f"A table of numbers is asked for; my_change returns {describe(got)}."
                    ) from None
    if got.shape != (3, 3):
        raise Wrong(f"With 3 classes the table has shape (3, 3); yours has {got.shape}.")
    if np.array_equal(got, right):
        return f"{right.sum()} pixels of a small example in the right places."
    if np.array_equal(got, right.T):
        raise Wrong("Rows and columns are swapped: the row says what was there before.")
    wrapped = np.zeros((3, 3), int)
    np.add.at(wrapped, (before.ravel(), after.ravel()), 1)
    if np.array_equal(got, wrapped):
        raise Wrong("Pixels without a class, -1, are counted in the last row and column: an index "
                    "of -1 means the last. Leave out pixels that are -1 in either map.")
    if abs(got.sum() - 1) < 1e-9 or abs(got.sum() - 100) < 1e-9:
        raise Wrong("These are shares. Hand in the numbers of pixels.")
    if got.sum() == right.sum():
        raise Wrong("The sum is right, but some pixels stand in the wrong place of the table.")
    raise Wrong(f"The table should hold {right.sum()} pixels, those that have a class in both "
                f"maps; yours holds {got.sum():g}.")
