"""Lesson 10: the whole picture with its blocks, and one block at full size or reduced."""

from functools import lru_cache

import numpy as np

from lessons_lib import drawing, figures, kmeans, tiles
from lessons_lib.explorers.base import Explorer, slider, starting, stops

PANEL = 440  # pixels
STEPS = (1, 2, 4, 8)
KS = range(2, 9)


def renderer(path, tally):
    """The function that draws a store.

    Parameters
    ----------
    path : str or path
        As for `tiles.create`; all blocks are written.
    tally : tiles.Tally
        Of all its blocks.

    Returns
    -------
    callable
        ``render(k=4, down=0, across=0, step=1) -> Picture``; `down` and `across` say which block,
        `step` which pixels of it: every one, every second, and so on.
    """
    whole, coarse = tiles.overview(path, PANEL)
    n_down, n_across = tiles.places(path)[-1]
    size = tiles.window(path, (n_down, n_across))
    rows, columns = (one.stop for one in size)
    colors = tally.colors

    @lru_cache(maxsize=16)
    def clusters(k):
        return kmeans.fit_colors(colors, min(k, len(colors.counts)))

    @lru_cache(maxsize=16)
    def painted(k):
        """The whole picture in the mean colours of its clusters."""
        found = clusters(k)
        labels = tiles.assign(whole, tally.codes, found.labels)
        return np.uint8(found.centers.round())[labels], labels

    def where(down, across, step):
        there = tiles.window(path, (down, across))
        spans = []
        for one, length in zip(there, (rows, columns)):
            side = min(PANEL * step, length)
            first = min(max((one.start + one.stop - side) // 2, 0), length - side)
            first -= first % step  # where the pyramid has its pixels
            spans.append(slice(first, first + side))
        return spans

    @lru_cache(maxsize=24)
    def view(down, across, step):
        spans = where(down, across, step)
        return tiles.part(path, *spans, step), spans

    def render(k=4, down=0, across=0, step=1):
        part, spans = view(down, across, step)
        found = clusters(k)
        labels = tiles.assign(part, tally.codes, found.labels)
        share = 100 * np.bincount(labels.ravel(), minlength=k) / labels.size
        left, all_labels = painted(k)
        left = left.copy()
        low = [one.start // coarse for one in spans]
        high = [max(one.stop // coarse, start + 3) for one, start in zip(spans, low)]
        for width, tone in ((2, 255), (1, 0)):  # two tones: seen on any ground
            frame = np.zeros(left.shape[:2], bool)
            frame[low[0]:high[0], low[1]:high[1]] = True
            frame[low[0] + width:high[0] - width, low[1] + width:high[1] - width] = False
            left[frame] = tone
        text = (f"k = {k}, block down {down}, across {across}, one pixel in {step} each way: rows "
                f"{spans[0].start} to {spans[0].stop - 1}, columns {spans[1].start} to "
                f"{spans[1].stop - 1}; shares of the clusters "
                + ", ".join(f"{i}: {one:.0f} %" for i, one in enumerate(share)) + ".")
        right = drawing.outline(part, labels)
        return figures.panels(
            {"The whole picture; framed: what is on the right": drawing.resize(left, PANEL),
             f"{part.shape[0]} x {part.shape[1]} pixels, one in {step}":
                 drawing.resize(right, PANEL)},
            alt=text, factor=1,
            reads=[{"cluster": all_labels}, {"colour": part, "cluster": labels}])

    render.panels = lambda down, across, step: (
        (slice(0, rows), slice(0, columns)), where(down, across, step))
    render.block = tiles.window(path, (0, 0))[0].stop
    return render


class Map(Explorer):
    """An explorer in which a click goes to the block there; on the detail also one step nearer."""

    def heard(self, kind, x, y, handle):
        """Go to what was clicked, or chosen by the cursor and Enter."""
        ahead = self.expects(x, y) if kind == "click" else None
        for name, value in (ahead or {}).items():
            self.controls[name].value = value

    def expects(self, x, y):
        """The settings after a click here, or None."""
        now = self.settings
        panels = self.render.panels(now["down"], now["across"], now["step"])
        for nearer, (place, spans) in enumerate(zip(self.picture.places, panels)):
            down, across = (y - place.top) / place.height, (x - place.left) / place.width
            if 0 <= down < 1 and 0 <= across < 1:
                row, column = (int(one.start + share * (one.stop - one.start)) // self.render.block
                               for one, share in zip(spans, (down, across)))
                step = STEPS[max(STEPS.index(now["step"]) - nearer, 0)]
                return {**now, "down": row, "across": column, "step": step}
        return None


def explorer(path, tally, **start):
    """The controls of lesson 10; keywords change where they start.

    Parameters
    ----------
    path, tally
        As in `renderer`.
    **start
        k, down, across or step.

    Returns
    -------
    Map
    """
    value = starting({"k": 4, "down": 0, "across": 0, "step": 1}, start)
    down, across = tiles.places(path)[-1]
    return Map(renderer(path, tally), "Explorer: a picture in blocks",
               k=slider("k (clusters)", value["k"], KS[0], KS[-1]),
               down=slider("block, down", value["down"], 0, down),
               across=slider("block, across", value["across"], 0, across),
               step=stops("one pixel in", STEPS, value["step"]))
