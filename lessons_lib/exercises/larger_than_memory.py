"""Checks of lesson 10."""

import numpy as np

from lessons_lib import regions
from lessons_lib.exercises.base import Wrong, check, describe, need_number


@check
def check_1(answer, rows=100_000, columns=50_000, block=1024):
    """How many blocks a picture has."""
    value = need_number(answer, 0)
    down, across = -(-rows // block), -(-columns // block)
    if value == down * across:
        return f"{down} x {across} = {down * across:,} blocks; the last of each row is narrower."
    if value == (rows // block) * (columns // block):
        raise Wrong("The pixels at the right and at the bottom have no block: round up, not down.")
    if value in (-(-rows * columns // block ** 2), rows * columns // block ** 2) \
            or abs(value - rows * columns / block ** 2) < 1e-6:
        raise Wrong("You divided the areas. Blocks do not go round corners: count how many there "
                    "are down and how many across, each rounded up, and multiply.")
    if value == down + across:
        raise Wrong("Down and across are multiplied, not added.")
    if value in (down, across):
        raise Wrong("This is one direction only. How many are there in both?")
    raise Wrong(f"{value:g} is not it. How many blocks lie below each other, and how many beside "
                "each other? Round each up.")


@check
def check_2(answer, tally):
    """The mean colour of the picture, from its tally."""
    if callable(answer):
        raise Wrong("This is a function. Call it, and hand in what it returns.")
    try:
        if np.iscomplexobj(answer):  # NumPy would drop the imaginary part
            raise TypeError
        got = np.asarray(answer, float).ravel()
    except (TypeError, ValueError):
        raise Wrong(f"Three numbers are asked for; this is {describe(answer)}.") from None
    if got.shape != (3,) or not np.isfinite(got).all():
        raise Wrong(f"Three numbers are asked for: red, green, blue; this is {describe(answer)}.")
    right = tally.sums.sum(axis=0) / tally.counts.sum()
    plain = tally.colors.values.mean(axis=0)
    if np.allclose(got, right, rtol=0, atol=0.006):
        return f"({right[0]:.2f}, {right[1]:.2f}, {right[2]:.2f}), without one pixel in memory."
    if np.allclose(got, plain, rtol=0, atol=0.006):
        raise Wrong("This is the mean of the colours, each counted once. Most pixels share few "
                    "colours: weight each by its count.")
    if np.allclose(got, right[::-1], rtol=0, atol=0.006):
        raise Wrong("Right numbers, wrong order: red comes first.")
    if np.allclose(got, tally.sums.sum(axis=0)):
        raise Wrong("These are the sums. Divide by the number of pixels.")
    if np.allclose(got, tally.sums.mean(axis=0)) or np.allclose(
            got, tally.sums.sum(axis=0) / len(tally.counts)):
        raise Wrong("You divided by the number of colours. Divide by the number of pixels, "
                    "tally.counts.sum().")
    raise Wrong(f"It should begin with {right[0]:.1f}; yours begins with {got[0]:.1f}. All that "
                "is needed stands in tally.sums and tally.counts.")


def _both(left, right):
    return len(regions.connected(np.hstack([left, right])).areas)


@check
def check_3(answer):
    """A function that counts the regions of two blocks side by side."""
    if not callable(answer):
        raise Wrong("A function is asked for: hand in count_both itself, without parentheses.")
    rng = np.random.default_rng(0)
    seen = []
    for n in range(40):
        left, right = rng.integers(0, 2 + n % 2, (2, 9, 6))
        if n >= 20:  # a path that crosses the seam four times and closes
            both = np.hstack([left, right])
            both[0:9, 1:10] = 0
            both[[1, 7], 1:9], both[[3, 5], 3:9] = 1, 1
            both[1:8, 1] = both[3:6, 3] = both[1:4, 8] = both[5:8, 8] = 1
            left, right = both[:, :6], both[:, 6:]
        try:
            got = answer(left.copy(), right.copy())
        except Exception as error:
            raise Wrong(f"count_both(left, right) raised {type(error).__name__}: {error}.") \
                from None
        if got is None:
            raise Wrong("count_both returns nothing. Is the return missing?")
        got = need_number(got)
        apart = [regions.connected(one) for one in (left, right)]
        a, b = (one.labels for one in apart)
        parts = sum(len(one.areas) for one in apart)
        touch = left[:, -1] == right[:, 0]
        pairs = {(int(p), int(q)) for p, q in zip(a[touch, -1], b[touch, 0])}
        seen.append((got, _both(left, right), parts, parts - touch.sum(), parts - len(pairs)))
    got, right, parts, pixels, pairs = map(np.array, zip(*seen))
    if (got == right).all():
        return f"All {len(got)} pairs of small blocks are counted as the whole is."
    if (got == parts).all():
        raise Wrong("You add the two counts. A region that crosses the seam is counted twice.")
    if (got == pixels).all():
        raise Wrong("You subtract one for each pixel of the seam where the labels agree. Two "
                    "parts may touch along many pixels and are still one region.")
    if (got == pairs).all():
        raise Wrong("Nearly: you subtract one for each pair of parts that touch. Two parts may be "
                    "joined already through others, on a path across the seam and back: "
                    "then nothing is lost. Join, and count what is left.")
    bad = int(np.flatnonzero(got != right)[0])
    raise Wrong(f"In test {bad + 1} there are {right[bad]} regions; yours counts {got[bad]:g}. "
                "Parts are one if they touch at the seam and have the same label.")
