"""Colours that stay apart for colour-blind readers and in a grey print.

Neighbouring labels differ in lightness as well as in hue, so that hue is never the
only cue; the figures add each region's number and its border.
"""

import numpy as np

from lessons_lib import regions

# Eight hues on eight steps of lightness (L* about 22 to 92), in an order that puts
# far-apart steps next to one another.
LABELS = np.array([
    (20, 104, 158), (240, 160, 60), (58, 28, 98), (250, 232, 130),
    (205, 84, 40), (160, 220, 215), (110, 50, 18), (90, 158, 205),
], dtype=np.uint8)
NO_LABEL = np.array((248, 248, 248), dtype=np.uint8)
INK, PAPER = (26, 26, 26), (255, 255, 255)
TRUTH, FOUND, THIRD = "#14689E", "#CD5428", "#3A1C62"  # lines in charts, with differing dashes
# Lines of the bands of a satellite scene: what eyes see in its own colour, near infrared darker.
BANDS = {"blue": "#2A78D0", "green": "#3E9A50", "red": "#D0302A", "near infrared": "#5E1224"}
# Land on maps and in charts: a kind has one colour everywhere.
LAND = {"forest": (16, 78, 48), "some green": (140, 175, 80), "open": (240, 225, 200),
        "water": (60, 120, 210)}


def land(names):
    """One colour of `LAND` for each name; clusters that share a name get shades of it.

    Parameters
    ----------
    names : sequence of str
        Keys of `LAND`, one for each cluster.

    Returns
    -------
    ndarray of uint8, shape (k, 3)
        The first of each name has its own colour, the others are lighter, of pale ones darker.

    Examples
    --------
    >>> land(["open", "forest", "forest"]).tolist()
    [[240, 225, 200], [16, 78, 48], [88, 132, 111]]
    """
    names, colors = list(names), np.zeros((len(names), 3), np.uint8)
    unknown = sorted(set(names) - set(LAND))
    if unknown:
        raise ValueError(f"names must be among {list(LAND)}; got {unknown}")
    for name in set(names):
        own, same = np.array(LAND[name]), [i for i, one in enumerate(names) if one == name]
        end = own / 2 if own.mean() > 200 else np.full(3, 255)
        for number, i in enumerate(same):
            part = 0.6 * number / max(len(same) - 1, 2)
            colors[i] = (own + part * (end - own)).round()
    return colors


def choose(labels):
    """One colour for each label, different for labels that touch.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)

    Returns
    -------
    ndarray of uint8, shape (k, 3)
        RGB. Up to eight labels get eight different colours in a fixed order; with
        more, each label takes the colour used least so far that no touching label
        has. One is always left if every region is connected.

    References
    ----------
    D. W. Matula and L. L. Beck (1983). Smallest-last ordering and clustering and
    graph coloring algorithms. Journal of the ACM 30(3), 417-427.
    """
    k = int(np.max(labels)) + 1
    if k <= len(LABELS):
        return LABELS[:k].copy()
    touch = regions.neighbours(labels)
    # Coloured last: the label with the fewest neighbours. In a plane that is never more than
    # five, also among the labels that then remain, so eight colours suffice.
    order, degree = [], touch.sum(axis=0)
    for _ in range(k):
        order.append(degree.argmin())
        degree = degree - touch[order[-1]]
        degree[order[-1]] = 4 * k  # out of the way: it loses at most k from here on
    chosen, used = np.full(k, -1), np.zeros(len(LABELS))
    for label in reversed(order):
        near = chosen[touch[label]]
        cost = used.copy()
        cost[near[near >= 0]] += k
        chosen[label] = cost.argmin()
        used[chosen[label]] += 1
    return LABELS[chosen]
