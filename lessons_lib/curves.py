"""The curve of a criterion over the numbers of clusters, quick enough for a slider.

Drawn with Pillow: 2.5 ms for a curve, against 46 ms by Matplotlib.
"""

import numpy as np

from lessons_lib import choosing_k, drawing, palettes

SIDE = 512  # pixels
_GRID = (228, 228, 228)
_DIAGONAL = (150, 150, 150)


def draw(report, criterion, *, k_max=None, sensitivity=1.0, k=None, width=SIDE, height=SIDE):
    """Draw a criterion over a range of k, with the k it picks.

    Parameters
    ----------
    report, criterion, sensitivity
        As in `choosing_k.pick`.
    k_max : int, optional
        By default all of the report.
    k : int, optional
        Marked as well.
    width, height : int, in pixels

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)

    Raises
    ------
    ValueError
        If `criterion` is none of `choosing_k.CRITERIA`.

    Examples
    --------
    >>> from lessons_lib import choosing_k, colors
    >>> grays = colors.unique_colors(np.array([[10, 12, 100, 102, 250, 252]], np.uint8))
    >>> draw(choosing_k.report(grays, range(1, 5)), "silhouette", k=4, width=300, height=200).shape
    (200, 300, 3)
    """
    k_max = k_max or max(report.fits)
    table = report.table.loc[:k_max]
    picked = choosing_k.pick(report, criterion, k_max, sensitivity=sensitivity)
    ks = table.index.to_numpy()
    level = error = None
    if criterion == "knee":
        below = choosing_k.depth(table["inertia"])
        peak = int(below.argmax()) if picked is None else ks.tolist().index(picked)
        limit = below[peak] - sensitivity / max(k_max - 1, 1)
        lines = {
            "inertia, stretched to 0..1": choosing_k.stretch(table["inertia"]),
            "depth below the diagonal": below,
        }
        never = ", never reached" if limit <= 0 else ""
        level = (f"limit {limit:z.2f}{never}", ks[peak], limit)
    else:
        values = table[criterion].to_numpy()
        large = np.abs(values[np.isfinite(values)]).max(initial=0) >= 10_000
        name = f"{choosing_k.CRITERIA[criterion][1]} is better"
        if criterion == "gap":
            name = "gap and its error"
            error = table["gap error"].to_numpy()
        lines = {f"in thousands, {name}": values / 1000} if large else {name: values}
    chart = _Chart(ks, lines, error, level, picked, k, width, height)
    return chart.draw()


class _Chart:
    """What is drawn, and where its points lie."""

    def __init__(self, ks, lines, error, level, picked, k, width, height):
        self.ks, self.lines, self.error, self.level = ks, lines, error, level
        self.picked, self.k = picked, k
        self.width, self.height = width, height
        self.left, self.right = 46, width - 16
        self.top, self.bottom = 22 * len(lines) + 26, height - 40
        shown = np.concatenate([values[np.isfinite(values)] for values in lines.values()])
        low, high = (shown.min(), shown.max()) if shown.size else (0, 1)
        self.ticks = _ticks(low, high)
        self.low, self.high = min(low, self.ticks[0]), max(high, self.ticks[-1])
        self.margin = 0.06 * ((self.high - self.low) or 1)

    def place(self, x, y):
        """Pixel of a point; what lies below the chart is moved to its lower edge."""
        share = (x - self.ks[0]) / max(self.ks[-1] - self.ks[0], 1)
        across = self.left + 14 + share * (self.right - self.left - 28)
        lowest = self.low - self.margin
        up = (max(y, lowest) - lowest) / (self.high - self.low + 2 * self.margin)
        return float(across), float(self.bottom - up * (self.bottom - self.top))

    def double(self, x, y):
        """The same where all lines are drawn: twice as large."""
        across, down = self.place(x, y)
        return 2 * across, 2 * down

    def draw(self):
        from PIL import Image, ImageDraw

        # Halved below: smooth lines.
        canvas = Image.new("RGB", (2 * self.width, 2 * self.height), palettes.PAPER)
        pen = ImageDraw.Draw(canvas)
        for tick in self.ticks:
            y = self.double(self.ks[0], tick)[1]
            pen.line([2 * self.left, y, 2 * self.right, y], fill=_GRID, width=2)
        if self.picked is not None:
            self.vertical(pen, self.picked, palettes.FOUND, dashed=False)
        if self.k in self.ks:
            self.vertical(pen, self.k, palettes.INK, dashed=True)
        if self.level is not None:
            self.limit(pen)
        for square, values in enumerate(self.lines.values()):
            color = palettes.FOUND if square else palettes.TRUTH
            spots = [self.double(x, y) for x, y in zip(self.ks, values) if np.isfinite(y)]
            if len(spots) > 1:
                pen.line(spots, fill=color, width=6, joint="curve")
            if self.error is not None:
                self.error_bars(pen, values, color)
            for x, y in spots:
                _spot(pen, x, y, color, square)
        small = canvas.reduce(2)
        self.write(ImageDraw.Draw(small))
        return np.asarray(small)

    def vertical(self, pen, at, color, dashed):
        x = self.double(at, self.low)[0]
        top, bottom = 2 * self.top, 2 * self.bottom
        if not dashed:
            pen.line([x, top, x, bottom], fill=color, width=5)
            return
        for y in np.arange(top, bottom, 20):
            pen.line([x, y, x, min(y + 12, bottom)], fill=color, width=3)

    def limit(self, pen):
        """The diagonal, and how far the depth must fall behind its peak."""
        ends = [*self.double(self.ks[0], 1), *self.double(self.ks[-1], 0)]
        pen.line(ends, fill=_DIAGONAL, width=3)
        _, start, height = self.level
        x, y = self.double(start, height)
        end = self.double(self.ks[-1], height)[0]
        for left in np.arange(x, end, 16):
            pen.line([left, y, min(left + 8, end), y], fill=palettes.THIRD, width=4)

    def error_bars(self, pen, values, color):
        for x, y, error in zip(self.ks, values, self.error):
            if np.isfinite(y):
                line = [*self.double(x, y + error), *self.double(x, y - error)]
                pen.line(line, fill=color, width=4)

    def write(self, pen):
        """All that is written: legend, numbers on the axes, the marked k."""
        letters, ink = drawing.font(12), palettes.INK
        for row, name in enumerate(self.lines):
            color = palettes.FOUND if row else palettes.TRUTH
            y = 10 + 22 * row
            pen.line([self.left, y, self.left + 26, y], fill=color, width=3)
            _spot(pen, self.left + 13, y, color, row, r=4)
            pen.text((self.left + 34, y), name, font=letters, fill=ink, anchor="lm")
        for tick in self.ticks:
            y = self.place(self.ks[0], tick)[1]
            pen.text((self.left - 6, y), f"{tick:g}", font=letters, fill=ink, anchor="rm")
        for x in self.ks:
            across = self.place(x, self.ticks[0])[0]
            pen.text((across, self.bottom + 10), str(x), font=letters, fill=ink, anchor="mm")
        pen.text((self.left - 6, self.bottom + 10), "k", font=letters, fill=ink, anchor="rm")
        if self.level is not None:
            x, y = self.place(self.ks[-1], self.level[2])
            pen.text((x, y - 9), self.level[0], font=letters, fill=palettes.THIRD, anchor="rm",
                     stroke_width=3, stroke_fill=palettes.PAPER)
        above, below = self.top - 9, self.bottom + 28
        if self.picked in self.ks:
            self.write_mark(pen, self.picked, f"picked: {self.picked}", palettes.FOUND, above)
        else:
            self.write_mark(pen, None, "no k picked", palettes.FOUND, above)
        if self.k in self.ks:
            self.write_mark(pen, self.k, f"your k: {self.k}", ink, below)

    def write_mark(self, pen, at, text, color, y):
        """At its k, but not beyond the sides; in the middle if there is none."""
        strong = drawing.font(13, True)
        half = strong.getlength(text) / 2
        x = (self.left + self.right) / 2
        if at is not None:
            x = self.place(at, self.ticks[0])[0]
        x = min(max(x, half), self.right + 14 - half)
        pen.text((x, y), text, font=strong, fill=color, anchor="mm")


def _spot(pen, x, y, color, square, r=8):
    shape = pen.rectangle if square else pen.ellipse
    rim = palettes.PAPER if r > 4 else None
    shape([x - r, y - r, x + r, y + r], fill=color, outline=rim, width=2)


def _ticks(low, high):
    from matplotlib.ticker import MaxNLocator

    ticks = MaxNLocator(4).tick_values(low, high)
    inside = [tick + 0.0 for tick in ticks if low - 1e-9 <= tick <= high + 1e-9]
    return inside or [low]
