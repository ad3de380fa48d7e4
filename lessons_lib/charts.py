"""The few charts that the lessons share, each in one call.

Each writes its own alt text: the title, the axes, and the values that it shows.
"""

from functools import wraps

import numpy as np

from lessons_lib import figures, palettes

# Dashes and markers differ as well as colours: a grey print stays readable.
_STYLES = [(palettes.TRUTH, "-", "o"), (palettes.FOUND, "--", "s"), (palettes.THIRD, ":", "^"),
           ("#5A9ECD", "-.", "D"), ("#6E3212", (0, (1, 1)), "v"), ("#444444", (0, (5, 1)), "x")]
_MARKERS = "os^DvPX*"
_DASHES = ("-", "--", "-.", (0, (8, 2, 2, 2, 2, 2)))  # long enough for a rim


def _styled(function):
    """Draw all of a chart in the course's style, titles and legends too."""

    @wraps(function)
    def styled(*args, **kwargs):
        with figures.style():
            return function(*args, **kwargs)

    return styled


def _number(value):
    """Three digits, without an exponent where one can do without, and without a negative zero."""
    value = float(value)
    if value and not 1e-3 <= abs(value) < 1e6:
        return f"{value:.2e}"
    digits = 3 if abs(value) < 1 else 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    text = f"{value:z,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _label_log(axis):
    """A few labels even where the axis spans less than a factor of 100."""
    from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_locator(NullLocator())


def _along(x, y, band=None):
    """The values of a curve: all of a few, else both ends and both extremes."""
    x, y = np.asarray(x), np.asarray(y, dtype=float)
    known = np.flatnonzero(np.isfinite(y))
    if not len(known):
        return "no values"
    told = known
    if len(known) > 12:
        told = sorted({known[0], known[np.argmin(y[known])], known[np.argmax(y[known])], known[-1]})
    words = []
    for i in told:
        ends = f" ({_number(band[0][i])} to {_number(band[1][i])})" if band is not None else ""
        words.append(f"{_number(y[i])}{ends} at {_number(x[i])}")
    return ", ".join(words)


@_styled
def lines(x, curves, *, xlabel, ylabel, title, says="", caption="", bands=None, mark=None,
          colors=None, **axes):
    """Curves over a common axis, each labelled at its right end.

    Parameters
    ----------
    x : sequence of float
    curves : dict of str to sequence of float
        Name and values.
    xlabel, ylabel, title, says, caption : str
        The title says the finding; `says` what title and values do not tell, for the alt text.
    bands : dict of str to (low, high), optional
        Shaded range for some of the curves.
    mark : (x, text), optional
        A vertical line with a word beside it.
    colors : dict of str to colour, optional
        Of some of the curves, such as `palettes.BANDS`; by default the course's own.
    **axes
        Passed to ``Axes.set``, for example ``xscale="log"``, ``ylim=(0, 1)``. A logarithmic axis
        is labelled at 1, 2, 5, 10, 20, ...

    Returns
    -------
    Picture

    Examples
    --------
    >>> lines([1, 2, 3], {"inertia": [9, 4, 1]}, xlabel="k", ylabel="inertia", title="It falls")
    Picture: It falls. inertia against k. inertia: 9 at 1, 4 at 2, 1 at 3.
    """
    if not 1 <= len(curves) <= 2 * len(_STYLES):
        raise ValueError(f"curves must be 1 to {2 * len(_STYLES)}, or they cannot be told apart; "
                         f"got {len(curves)}")
    figure, ax = figures.chart()
    for i, (name, y) in enumerate(curves.items()):
        color, dash, marker = _STYLES[i % len(_STYLES)]
        color = (colors or {}).get(name, color)
        inside = color if i < len(_STYLES) else "white"  # the second round is hollow
        ax.plot(x, y, color=color, linestyle=dash, marker=marker, markerfacecolor=inside,
                label=name)
        if bands and name in bands:
            ax.fill_between(x, *bands[name], color=color, alpha=0.18, linewidth=0)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, **axes)
    for axis in (ax.xaxis, ax.yaxis):
        if axis.get_scale() == "log":
            _label_log(axis)
    if mark:
        ax.axvline(mark[0], color="#444444", linewidth=1)
        at = [(mark[0], np.interp(mark[0], x, y)) for y in curves.values()]
        height = ax.transAxes.inverted().transform(ax.transData.transform(at))[:, 1]
        top = bool((height < 0.2).any())  # a word at the bottom would lie on a curve
        ax.annotate(mark[1], (mark[0], 0.97 if top else 0.03), xytext=(5, 0), color="#444444",
                    xycoords=("data", "axes fraction"), textcoords="offset points",
                    va="top" if top else "baseline")
    if len(curves) > 1:
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=3)
    told = [f"{name}: {_along(x, y, (bands or {}).get(name))}" for name, y in curves.items()]
    if mark:
        told.append(f"Marked at {_number(mark[0])}: {mark[1]}")
    return _finish(figure, title, says, f"{ylabel} against {xlabel}", *told, caption=caption)


@_styled
def scatter(x, y, labels, *, xlabel, ylabel, title, says="", caption="", noun="region",
            names=None):
    """Points of a plane, coloured and marked by label.

    Parameters
    ----------
    x, y : ndarray of float, shape (n,)
    labels : ndarray of int, shape (n,)
        0, 1, 2, ...; -1, no label, is pale.
    xlabel, ylabel, title, says, caption : str
        As in `lines`.
    noun : str
        What a label stands for, for the legend.
    names : sequence of str, optional
        What each label is called there instead.

    Returns
    -------
    Picture

    Examples
    --------
    >>> at = np.array([0, 1, 5])
    >>> scatter(at, at, np.array([0, 0, 1]), xlabel="x", ylabel="y", title="Two near, one far")
    Picture: Two near, one far. y against x. 3 points: 2 of region 0, 1 of region 1.
    """
    figure, ax = figures.chart(5.6, 4.2)
    called = {label: f"{noun} {label}" if names is None else names[label]
              for label in np.unique(labels).tolist()}
    for i, label in enumerate(called):
        color = palettes.of_labels(label) / 255
        mine = labels == label
        ax.scatter(x[mine], y[mine], s=26, color=[color], label=called[label],
                   marker=_MARKERS[i % 8], edgecolor="#1A1A1A", linewidth=0.3)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    counts = zip(*np.unique(labels, return_counts=True))
    told = f"{len(labels)} points: " + ", ".join(f"{n} of {called[label]}" for label, n in counts)
    return _finish(figure, title, says, f"{ylabel} against {xlabel}", told, caption=caption)


@_styled
def bars(names, values, *, xlabel, title, says="", caption="", reference=None, format="{:.3f}",
         pattern=("",)):
    """Horizontal bars, each with its value written beside it.

    Parameters
    ----------
    names : sequence of str
    values : sequence of float
    xlabel, title, says, caption : str
        As in `lines`.
    reference : float, optional
        A vertical line to compare with.
    format : str
        How values are written.
    pattern : sequence of str
        Matplotlib hatches, used in turn, where bars belong to different kinds.

    Returns
    -------
    Picture

    Examples
    --------
    >>> bars(["raw", "smooth"], [0.5, 0.75], xlabel="IoU", title="Smoothing helps")
    Picture: Smoothing helps. IoU. raw: 0.500. smooth: 0.750.
    """
    figure, ax = figures.chart(7.2, 0.9 + 0.42 * len(names))
    shown = ax.barh(range(len(names)), values, color=palettes.TRUTH, height=0.6)
    for i, bar in enumerate(shown):
        kind = i % len(pattern)
        bar.set(facecolor=_STYLES[kind][0], hatch=pattern[kind], edgecolor="white")
    written = [format.format(v) for v in values]
    ax.bar_label(shown, written, padding=4)
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.set(xlabel=xlabel, title=title)
    ax.margins(x=0.12)
    ax.grid(axis="y", visible=False)
    if reference is not None:
        ax.axvline(reference, color="#444444", linewidth=1.2, linestyle="--")
    told = [f"{name}: {value}" for name, value in zip(names, written)]
    if reference is not None:
        told.append(f"Dashed line at {_number(reference)}")
    return _finish(figure, title, says, xlabel, *told, caption=caption)


@_styled
def bonds(image, bonds, *, title, says="", caption=""):
    """A small picture with its graph drawn on top: the stronger a bond, the thicker.

    Parameters
    ----------
    image : ndarray of float, shape (rows, columns)
        At most 12 by 12 pixels stay readable.
    bonds : sparse matrix, shape (n, n)
        One node for each pixel, in reading order; the diagonal is left out.
    title, says, caption : str
        As in `lines`.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from lessons_lib import graphs
    >>> image = np.array([[0, 1], [9, 9]])
    >>> picture = bonds(image, graphs.affinity(graphs.pixel_graph(image)), title="Two and two")
    >>> picture.text.split("; ")[-1]
    'from 0.112 to 1.'
    """
    figure, ax = figures.chart(5.2, 5.2)
    rows, columns = image.shape
    ax.imshow(image, cmap="gray", alpha=0.55)
    edges = bonds.tocoo()
    between = edges.data[edges.row != edges.col]
    top = between.max()
    for i, j, value in zip(edges.row, edges.col, edges.data):
        if i < j:
            (r0, c0), (r1, c1) = divmod(i, columns), divmod(j, columns)
            ax.plot([c0, c1], [r0, r1], color=palettes.FOUND, linewidth=0.3 + 6 * value / top,
                    marker="", solid_capstyle="butt")
            if rows <= 7:
                ax.text((c0 + c1) / 2, (r0 + r1) / 2, f"{value:.2f}", ha="center", va="center",
                        fontsize=9, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})
    ax.scatter(*np.indices((columns, rows)).reshape(2, -1), s=40, color="#1A1A1A", zorder=3)
    ax.set(xticks=[], yticks=[], title=title)
    ax.grid(False)
    told = (f"{rows} by {columns} pixels, joined by lines: the stronger a bond, the thicker; from "
            f"{_number(between[between > 0].min())} to {_number(top)}")
    return _finish(figure, title, says, told, caption=caption)


@_styled
def spectra(table, names, *, title, caption="", what="clusters", colors=None):
    """The reflectance of each cluster or pixel in each band.

    Parameters
    ----------
    table : pandas.DataFrame
        From `satellite.spectra`, or one row for each pixel.
    names : sequence of str
        One for each row.
    title, caption : str
        As in `lines`.
    what : {"clusters", "pixels"}
        What the rows are: of clusters it is the mean reflectance.
    colors : ndarray, shape (rows, 3), optional
        RGB of each row, 0 to 255, such as from `palettes.land`; by default the course's own.

    Returns
    -------
    Picture

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"red": [0.1, 0.3]})
    >>> spectra(table, ["", "sand"], title="Sand is bright")
    Picture: Sand is bright. Mean reflectance of 2 clusters. 0: red 0.100. 1 sand: red 0.300.
    """
    from matplotlib import patheffects

    measure = "reflectance" if what == "pixels" else "mean reflectance"
    # Dark on both sides, so that pale lines show on paper.
    rim = [patheffects.Stroke(linewidth=3.6, foreground="#1A1A1A"), patheffects.Normal()]
    figure, ax = figures.chart(7.6, 3.6)
    x = range(table.shape[1])
    told = [f"{measure.capitalize()} of {len(table)} {what}"]
    for i, ((number, row), name) in enumerate(zip(table.iterrows(), names)):
        color = _STYLES[i % len(_STYLES)][0] if colors is None else np.asarray(colors[i]) / 255
        ax.plot(x, row.to_numpy(), color=color, linestyle=_DASHES[i % len(_DASHES)],
                marker=_MARKERS[i % 8], markersize=9, markeredgecolor="#1A1A1A",
                path_effects=rim, label=f"{i}: {name}" if name else str(i))
        values = ", ".join(f"{band} {value:.3f}" for band, value in row.items())
        told.append(f"{number}{' ' + name if name else ''}: {values}")
    ax.set(ylabel=measure, title=title, ylim=(0, None))
    ax.set_xticks(x, table.columns)
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=4)
    return _finish(figure, title, "", *told, caption=caption)


def _finish(figure, title, says, *told, caption):
    """The picture, with an alt text of sentences: title, finding, axes, values."""
    alt = " ".join(figures.sentence(one) for one in (title, says, *told) if str(one).strip())
    return figures.finish(figure, alt=alt, caption=caption)
