"""Pictures with alt text: image panels, label maps, charts, filmstrips.

Everything here returns a `Picture`. Put it on the last line of a cell: JupyterLab and
the reading site show it with its alt text, which image outputs cannot carry.
"""

import base64
import html
import io
from dataclasses import dataclass, replace

import numpy as np

from lessons_lib import drawing, palettes, pixels

_TITLE = 26              # pixels above a panel for its title
_GAP = 12
_LONGEST = 16_383       # pixels: what WebP holds


@dataclass(frozen=True, eq=False)
class Picture:
    """An RGB picture and what it says.

    Attributes
    ----------
    rgb : ndarray of uint8, shape (rows, columns, 3)
    text : str
        The finding in words: alt text, and the status line of an explorer.
    caption : str
        Shown below the picture; empty for none.
    tops : tuple of int
        Where its rows of panels begin, in pixels from the top; empty for a single row. Slides show
        one after the other.
    places : tuple of pixels.Place
        Its panels, and what an explorer's pointer reads there; empty where it is one panel.
    handles : tuple of (x, y, name)
        What a reader can pick up and drag on an explorer's stage, in pixels of `rgb`.
    fold : str
        Folded under this line, where it repeats what an explorer shows; empty for not folded.

    Examples
    --------
    >>> picture = Picture(np.zeros((2, 3, 3), np.uint8), "Two rows of black pixels.")
    >>> picture
    Picture: Two rows of black pixels.
    >>> picture.encode()[1:4]
    b'PNG'
    """

    rgb: np.ndarray
    text: str
    caption: str = ""
    tops: tuple = ()
    places: tuple = ()
    handles: tuple = ()
    fold: str = ""

    def encode(self, format="png", **options):
        """The picture as an image file.

        Parameters
        ----------
        format : str
            One that Pillow writes, such as "png" or "webp".
        **options
            Passed to Pillow's writer.

        Returns
        -------
        bytes
        """
        from PIL import Image

        out = io.BytesIO()
        Image.fromarray(self.rgb).save(out, format, **options)
        return out.getvalue()

    def _repr_html_(self):
        shown = self
        if max(self.rgb.shape[:2]) > _LONGEST:
            shown = replace(self, rgb=drawing.resize(self.rgb, _LONGEST))
        kind, data = "png", shown.encode(compress_level=8)
        if len(data) > 60_000:  # a photograph: WebP keeps notebooks small, half the size of JPEG
            kind, data = "webp", shown.encode("webp", quality=86, use_sharp_yuv=True)
        data = base64.b64encode(data).decode()
        caption = f"<figcaption>{html.escape(self.caption)}</figcaption>" if self.caption else ""
        tops = f'data-tops="{" ".join(map(str, self.tops))}" ' if self.tops else ""
        made = (f'<figure style="margin:0"><img alt="{html.escape(self.text)}" '
                f'style="max-width:100%" {tops}src="data:image/{kind};base64,{data}">'
                f'{caption}</figure>')
        if not self.fold:
            return made
        return f"<details><summary>{html.escape(self.fold)}</summary>{made}</details>"

    def __repr__(self):
        return f"Picture: {self.text}"


def panels(pictures, *, says="", alt=None, caption="", columns=None, factor=None, side=None,
           legend=None, reads=None):
    """Lay images out in a grid, each under its title.

    Parameters
    ----------
    pictures : dict of str to ndarray, or sequence of ndarray
        Titles and images (as for `drawing.to_rgb`); a sequence has no titles.
    says : str
        What the titles do not tell, for the alt text: one sentence, with its numbers.
    alt : str, optional
        The whole alt text, and the status line of an explorer; by default `says` and all titles.
    caption : str
    columns : int, optional
        Panels in a row; by default all, up to four.
    factor : int, optional
        Enlargement of every panel; by default each is enlarged or reduced to fit its column.
    side : int, optional
        Length in pixels of the longer side of every panel, as in `drawing.resize`.
    legend : ndarray of uint8, shape (rows, columns, 3), optional
        A strip below the panels, from `annotations.legend`.
    reads : dict, callable, or sequence of one of them for each panel, optional
        What an explorer's pointer reads: layers as for `pixels.teller`, such as
        ``{"value": gray, "region": labels}``, or a function ``tell(down, across)``; None where
        nothing is to be read. By default the colour shown.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is no picture, or no word of what pictures without titles show.

    Examples
    --------
    >>> image = np.array([[0.0, 0.5], [0.5, 1.0]])
    >>> panels({"Image": image, "Mask": image > 0.4}, says="Three of four pixels are bright")
    Picture: Three of four pixels are bright. From left to right: Image; Mask.
    """
    from PIL import Image, ImageDraw

    if not len(pictures):
        raise ValueError("pictures must hold at least one picture; it is empty")
    named = isinstance(pictures, dict)
    arrays = list(pictures.values()) if named else list(pictures)
    titles = [str(title) for title in pictures] if named else [""] * len(arrays)
    columns = columns or min(len(arrays), 4)
    alt = (_told(says, titles, columns) if alt is None else alt).strip()
    if not alt:
        raise ValueError("says must tell what pictures without titles show; it is empty")
    tiles = [drawing.to_rgb(array) for array in arrays]
    if side is not None:
        tiles = [drawing.resize(tile, side) for tile in tiles]
    elif factor is not None:
        tiles = [drawing.enlarge(tile, factor) for tile in tiles]
    else:
        tiles = [_fitted(tile, columns) for tile in tiles]
    width = max(t.shape[1] for t in tiles)
    lines = max(title.count("\n") + 1 for title in titles)
    head = _TITLE + 17 * (lines - 1) if any(titles) else 0
    rows = [tiles[i:i + columns] for i in range(0, len(tiles), columns)]
    heights = [head + max(t.shape[0] for t in row) + _GAP for row in rows]
    below = np.zeros((0, 0, 3), np.uint8) if legend is None else legend
    canvas = Image.new("RGB", (max(columns * (width + _GAP) - _GAP, below.shape[1]),
                               sum(heights) - _GAP + below.shape[0]), palettes.PAPER)
    draw = ImageDraw.Draw(canvas)
    places = []
    for i, (tile, title) in enumerate(zip(tiles, titles)):
        left, top = i % columns * (width + _GAP), sum(heights[:i // columns])
        told = reads if reads is None or callable(reads) or isinstance(reads, dict) else reads[i]
        places += _place(left, top + head, tile, np.shape(arrays[i]), told, reads is None)
        draw.text((left, top + 4), title, font=_fit(title, width), fill=palettes.INK)
        canvas.paste(Image.fromarray(tile), (left, top + head))
    if legend is not None:
        canvas.paste(Image.fromarray(legend), (0, sum(heights) - _GAP))
    tops = tuple(sum(heights[:i]) for i in range(len(rows))) if len(rows) > 1 else ()
    return Picture(np.asarray(canvas), alt, caption, tops, tuple(places))


def sentence(text):
    """The text on one line, with a full stop at its end.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Empty if the text is; a ``.``, ``!`` or ``?`` at the end stays.

    Examples
    --------
    >>> sentence("Two  regions"), sentence("Really?")
    ('Two regions.', 'Really?')
    """
    text = " ".join(str(text).split())
    return text if not text or text[-1] in ".!?" else text + "."


def _told(says, titles, columns):
    """Alt text of panels: what they say, and where each title stands."""
    titles = [" ".join(title.split()) for title in titles]
    if len(titles) == 1 or not any(titles):
        return f"{sentence(titles[0])} {sentence(says)}".strip()
    order = "From left to right" if len(titles) <= columns else "Row by row"
    return f"{sentence(says)} {order}: {sentence('; '.join(t.rstrip('.') for t in titles))}".strip()


def _place(left, top, tile, shape, told, default):
    """The place of a panel, if there is something to read, in a list."""
    if told is None and not default:
        return []
    tell = pixels.teller(told) if isinstance(told, dict) else told
    shape = getattr(tell, "shape", shape[:2])
    return [pixels.Place(left, top, tile.shape[1], tile.shape[0], shape, tell)]


def _fitted(tile, columns):
    """The tile enlarged by a whole number, or reduced by one, to about the width of its column."""
    less = round(tile.shape[1] / (drawing.WIDTH // columns))
    if less > 1:
        return drawing.resize(tile, -(-max(tile.shape[:2]) // less))
    return drawing.enlarge(tile, drawing.factor_for(tile.shape, columns))


def _fit(title, width):
    """The largest of a few type sizes at which the title is not clipped."""
    longest = max(title.split("\n"), key=len)
    for size in (14, 13, 12, 11, 10):
        if drawing.font(size).getlength(longest) <= width:
            return drawing.font(size)
    return drawing.font(9)


def style():
    """The course's Matplotlib style, for a ``with`` statement.

    Returns
    -------
    context manager
        Inside it the settings of the style hold, and none of the reader's own.

    Examples
    --------
    >>> from matplotlib import rcParams
    >>> with style():
    ...     rcParams["axes.grid"]
    True
    """
    from matplotlib import style

    # after_reset: settings of the reader's own style stay out.
    return style.context("lessons_lib.lessons", after_reset=True)


def chart(width=7.2, height=3.4, columns=1, **kwargs):
    """A Matplotlib figure in the course's style, outside pyplot.

    Parameters
    ----------
    width, height : float, in units of 100 pixels
    columns : int
        Number of axes side by side.
    **kwargs
        Passed to `matplotlib.figure.Figure.subplots`.

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : matplotlib.axes.Axes, or an array of them

    Examples
    --------
    >>> figure, axes = chart(columns=2)
    >>> figure.get_size_inches().tolist(), axes.shape
    ([7.2, 3.4], (2,))
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # An explicit canvas and no pyplot: no figure is shown twice, and a slider moved
    # while cells run cannot draw into somebody else's figure.
    with style():
        figure = Figure(figsize=(width, height))
        FigureCanvasAgg(figure)
        return figure, figure.subplots(1, columns, **kwargs)


def finish(figure, *, alt, caption=""):
    """Turn a figure from `chart` into a `Picture`.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    alt : str
        What the chart shows, with its numbers.
    caption : str

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If `alt` is empty.

    Examples
    --------
    >>> figure, axes = chart()
    >>> bars = axes.bar(["a", "b"], [1, 2])
    >>> finish(figure, alt="Two bars: a 1, b 2.")
    Picture: Two bars: a 1, b 2.
    """
    if not alt.strip():
        raise ValueError("alt must say what the chart shows; it is empty")
    with style():
        figure.canvas.draw()
    return Picture(np.asarray(figure.canvas.buffer_rgba())[..., :3].copy(), alt, caption)


def filmstrip(render, settings, *, columns=2, caption=""):
    """The pictures of an explorer at a few settings, for paper and the web.

    Folded in JupyterLab, where the explorer lives; the reading site and the slides open it.

    Parameters
    ----------
    render : callable
        ``render(**settings) -> Picture``, as given to `Explorer`.
    settings : dict of str to dict
        Title and settings of each picture.
    columns : int
        Pictures in a row.
    caption : str

    Returns
    -------
    Picture
        Its text joins titles and texts of the pictures.

    Examples
    --------
    >>> def render(level):
    ...     return panels([np.full((2, 2), level)], says=f"Grey level {level}")
    >>> filmstrip(render, {"Dark": {"level": 10}, "Bright": {"level": 200}})
    Picture: Dark: Grey level 10. Bright: Grey level 200.
    """
    pictures = {title: render(**one) for title, one in settings.items()}
    alt = " ".join(f"{title}: {picture.text}" for title, picture in pictures.items())
    made = panels({title: picture.rgb for title, picture in pictures.items()}, alt=alt,
                  caption=caption, columns=columns, factor=1)
    return replace(made, fold=f"The same pictures without sliders: {', '.join(pictures)}")
