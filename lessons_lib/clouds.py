"""Colours of a picture as a cloud of points, drawn without Matplotlib so that sliders stay quick."""

import numpy as np

from lessons_lib import drawing, palettes


def plane(values, weights):
    """The plane in which a cloud of colours is widest.

    Parameters
    ----------
    values : ndarray, shape (n, 3)
    weights : ndarray, shape (n,)

    Returns
    -------
    mean : ndarray, shape (3,)
    axes : ndarray, shape (3, 2)
        ``(values - mean) @ axes`` are coordinates in the plane: principal components, with the
        square roots of the weights, so that rare colours have a say.
    """
    weights = np.sqrt(weights)
    mean = np.average(values, axis=0, weights=weights)
    spread = np.asarray(values, dtype=float) - mean
    axes = np.linalg.eigh(spread.T * weights @ spread)[1][:, :-3:-1]
    # The sign of an axis is free: make its largest entry positive.
    return mean, axes * np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])


def draw(values, weights, *, size=512, centers=None, labels=None, trail=()):
    """Draw colours as discs in the plane where they spread most.

    Parameters
    ----------
    values : ndarray, shape (n, 3)
        RGB, 0 to 255. Each disc has its own colour.
    weights : ndarray of int, shape (n,)
        Number of pixels: more pixels, larger disc.
    size : int
        Height and width of the drawing in pixels.
    centers : ndarray, shape (k, 3), optional
        Drawn as numbered squares.
    labels : ndarray of int, shape (n,), optional
        Discs lie on a ribbon in the colour of their cluster (`palettes.LABELS`, in turn).
    trail : sequence of ndarray, shape (k, 3)
        Where the centres have been: small squares, joined by a line.

    Returns
    -------
    ndarray of uint8, shape (size, size, 3)
    """
    from PIL import Image, ImageDraw

    mean, axes = plane(values, weights)
    flat = (values - mean) @ axes
    low, high = flat.min(axis=0), flat.max(axis=0)
    scale = (0.86 * size - 24) / max((high - low).max(), 1e-9)  # room for the largest disc and its ribbon

    def place(points):
        return ((points - mean) @ axes - (low + high) / 2) * scale * (1, -1) + size / 2

    canvas = Image.new("RGB", (size, size), palettes.PAPER)
    pen = ImageDraw.Draw(canvas)
    spots = place(values)
    radius = 1.5 + 0.05 * size * np.sqrt(weights / np.max(weights))
    order = np.argsort(-radius, kind="stable")  # small discs on top of large ones
    colors = values.round().astype(int).tolist()
    boxes = np.hstack([spots - radius[:, None], spots + radius[:, None]]).tolist()
    if labels is not None:
        ribbon = palettes.LABELS[np.asarray(labels) % len(palettes.LABELS)].tolist()
        for i in order:
            pen.ellipse([spots[i, 0] - radius[i] - 6, spots[i, 1] - radius[i] - 6,
                         spots[i, 0] + radius[i] + 6, spots[i, 1] + radius[i] + 6], fill=tuple(ribbon[i]))
    for i in order:
        pen.ellipse(boxes[i], fill=tuple(colors[i]), outline=(120, 120, 120) if radius[i] > 3 else None)
    if centers is not None:
        steps = [place(c) for c in (*trail, centers)]
        for before, after in zip(steps, steps[1:]):
            for line in np.hstack([before, after]).tolist():
                pen.line(line, fill=palettes.PAPER, width=3)
                pen.line(line, fill=palettes.INK, width=1)
            for x, y in before.tolist():
                pen.rectangle([x - 3, y - 3, x + 3, y + 3], fill=palettes.PAPER, outline=palettes.INK)
        letters = drawing.font(13, True)
        for number, (x, y) in enumerate(steps[-1].tolist()):
            pen.rectangle([x - 10, y - 10, x + 10, y + 10], fill=palettes.PAPER, outline=palettes.INK, width=2)
            pen.text((x, y), str(number), font=letters, fill=palettes.INK, anchor="mm")
    return np.asarray(canvas)
