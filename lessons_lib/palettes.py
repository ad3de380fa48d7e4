"""Colours that stay apart for colour-blind readers and in a grey print.

Neighbouring labels differ in lightness as well as in hue, so that hue is never the
only cue; the figures add each region's number and its border.
"""

import heapq

import numpy as np

from lessons_lib import _checks, regions

# Eight hues on eight steps of lightness (L* about 22 to 92), in an order that puts
# far-apart steps next to one another.
LABELS = np.array([
    (20, 104, 158), (240, 160, 60), (58, 28, 98), (250, 232, 130),
    (205, 84, 40), (160, 220, 215), (110, 50, 18), (90, 158, 205),
], dtype=np.uint8)
NO_LABEL = np.array((248, 248, 248), dtype=np.uint8)
MOST = 9_999_999  # the largest label that gets a row of its own
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
    [[240, 225, 200], [16, 78, 48], [88, 131, 110]]
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


def of_labels(labels):
    """`LABELS` in turn, whatever touches; -1, no label, is pale.

    Parameters
    ----------
    labels : int or ndarray of int, any shape

    Returns
    -------
    ndarray of uint8, shape (..., 3)
        RGB.

    Examples
    --------
    >>> of_labels(np.array([0, 8, -1])).tolist()
    [[20, 104, 158], [20, 104, 158], [248, 248, 248]]
    """
    labels = _checks.label_map(labels, ndim=None)
    return np.where((labels == -1)[..., None], NO_LABEL, LABELS[labels % len(LABELS)])


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
        has. One is always left if every region is connected. The row of a label is its number;
        those that are not there are pale.

    References
    ----------
    D. W. Matula and L. L. Beck (1983). Smallest-last ordering and clustering and
    graph coloring algorithms. Journal of the ACM 30(3), 417-427.

    Examples
    --------
    >>> choose(np.array([[0, 1], [0, 2]])).tolist()
    [[20, 104, 158], [240, 160, 60], [58, 28, 98]]
    """
    numbers, names = _checks.compact(labels, ndim=2)
    largest = int(names.max()) if len(names) else -1
    if names.min(initial=0) < 0 or largest > MOST:
        raise ValueError(f"labels must be from 0 to {MOST:,} (-1: no label), got "
                         f"{names.min(initial=0)} to {largest}; regions.number_in_reading_order "
                         "numbers them anew")
    if largest < len(LABELS):
        return LABELS[:largest + 1].copy()
    colors = np.empty((largest + 1, 3), np.uint8)
    colors[:] = NO_LABEL
    colors[names] = LABELS[_apart(regions.touching(numbers).tolist(), len(names))]
    return colors


def _apart(pairs, k):
    """The number of a colour for each of k labels, given the pairs of them that touch."""
    near = [set() for _ in range(k)]
    for a, b in pairs:
        near[a].add(b)
        near[b].add(a)
    # Coloured last: the label with the fewest neighbours. In a plane that is never more than
    # five, also among the labels that then remain, so eight colours suffice.
    degree = [len(one) for one in near]
    waiting = [(n, label) for label, n in enumerate(degree)]
    heapq.heapify(waiting)
    order, done = [], set()
    while waiting:
        n, label = heapq.heappop(waiting)
        if label in done or n != degree[label]:
            continue  # an older entry
        order.append(label)
        done.add(label)
        for other in near[label] - done:
            degree[other] -= 1
            heapq.heappush(waiting, (degree[other], other))
    chosen, used = np.full(k, -1), np.zeros(len(LABELS))
    for label in reversed(order):
        cost = used.copy()
        for other in near[label]:
            if chosen[other] >= 0:
                cost[chosen[other]] = used[chosen[other]] + k
        chosen[label] = cost.argmin()
        used[chosen[label]] += 1
    return chosen
