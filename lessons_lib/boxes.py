"""A box seen from a direction, without perspective, and where the names of its axes stand.

Corner i of a box is at the high end of its first axis if i has the bit 4, of its second axis if
it has the bit 2, of its third axis if it has the bit 1. The axes meet in corner 0.
"""

import numpy as np

ENDS = (4, 2, 1)  # the corners where the three axes end
_ARROWS = "→↗↑↖←↙↓↘"


def eye(azimuth, elevation):
    """The way towards the eye, of length 1.

    Parameters
    ----------
    azimuth, elevation : float, in degrees
        The third axis points up; `elevation` is the height of the eye above the plane of the other
        two, `azimuth` turns the eye around that axis.

    Returns
    -------
    ndarray, shape (3,)

    Examples
    --------
    >>> (eye(0, 90).round(3) + 0).tolist()
    [0.0, 0.0, 1.0]
    """
    turn, tilt = np.radians([azimuth, elevation])
    return np.array([np.cos(turn) * np.cos(tilt), np.sin(turn) * np.cos(tilt), np.sin(tilt)])


def view(azimuth, elevation):
    """Columns: across, up and towards the `eye`, for an eye that looks at the middle.

    Examples
    --------
    >>> (view(0, 0).round(3) + 0).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    near, turn = eye(azimuth, elevation), np.radians(azimuth)
    across = np.array([-np.sin(turn), np.cos(turn), 0.0])
    return np.column_stack([across, np.cross(near, across), near])


def outer_edge(corners, end):
    """The edge beside which to name an axis whose end lies inside the outline of the box.

    Parameters
    ----------
    corners : ndarray, shape (8, 2)
        Across and down, in pixels.
    end : {4, 2, 1}
        Of the axis.

    Returns
    -------
    (int, int) or None
        The corners of a parallel edge of the outline, the lower one of two; None if the axis ends
        at the outline, or less than 3 pixels from it.

    Examples
    --------
    Seen from above, the third axis ends inside the outline; nothing has to move for the others.

    >>> corners = np.array([[i // 4, i // 2 % 2] for i in range(8)]) * 100.0
    >>> outer_edge(corners, 4) is None
    True
    """
    x, y = corners[end].tolist()
    along = [(x * a + y * b, low, high) for a, b, low, high in _sides(corners)]
    if any(min(at - low, high - at) < 3 for at, low, high in along):
        return None
    edges = [(a, a | end) for a in range(8) if not a & end]
    middles = np.array([corners[list(edge)].mean(axis=0) for edge in edges])
    far = np.linalg.norm(middles - corners.mean(axis=0), axis=1).round(3)
    return edges[np.lexsort([middles[:, 1].round(3), far])[-1]]


def arrow(start, end):
    """The arrow that points most nearly from one place of a drawing to another.

    Examples
    --------
    >>> arrow((0, 0), (10, 0)), arrow((0, 0), (0, 10))
    ('→', '↓')
    """
    across, down = np.subtract(end, start)
    return _ARROWS[round(np.degrees(np.arctan2(-down, across)) / 45) % 8]


def spread(anchors, halves, corners, size):
    """Move names off a box and off one another, no farther than they must.

    Parameters
    ----------
    anchors : ndarray, shape (n, 2)
        Across and down, in pixels: where the middles of the names would stand.
    halves : ndarray, shape (n, 2)
        Half the width and half the height of each name.
    corners : ndarray, shape (8, 2)
        Of the box.
    size : int
        Height and width of the drawing: names stay inside, and may then lie on the box.

    Returns
    -------
    ndarray, shape (n, 2)

    Examples
    --------
    >>> corners = np.array([[i // 4, i // 2 % 2] for i in range(8)]) * 50.0 + 25
    >>> moved = spread(np.array([[50.0, 74.0]]), np.array([[10.0, 5.0]]), corners, 100)
    >>> moved.round().tolist()
    [[50.0, 80.0]]
    """
    sides = _sides(corners)
    (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    sides += [(1.0, 0.0, left, right), (0.0, 1.0, top, bottom)]
    placed = []
    for spot, half in zip(np.asarray(anchors).tolist(), np.asarray(halves).tolist()):
        for _ in range(2):
            spot = _inside(_off(spot, half, sides), half, size)
            for other in placed:
                spot = _apart(spot, half, *other, size)
        placed.append((spot, half))
    return np.array([spot for spot, _ in placed])


def _sides(corners):
    """Directions square to the edges of the outline, and from where to where it goes along each."""
    found = []
    for across, down in (corners[list(ENDS)] - corners[0]).tolist():
        length = (across ** 2 + down ** 2) ** 0.5
        if length > 1e-6:  # else the eye looks along this axis
            a, b = down / length, -across / length
            along = (corners @ (a, b)).tolist()
            found.append((a, b, min(along), max(along)))
    return found


def _off(spot, half, sides):
    """Push a name out of the outline, in the direction where that takes least."""
    (x, y), (wide, high) = spot, half
    best = None
    for a, b, low, top in sides:
        middle, reach = a * x + b * y, abs(a) * wide + abs(b) * high
        if middle + reach <= low or middle - reach >= top:
            return spot
        for way in (low - middle - reach, top - middle + reach):
            if best is None or abs(way) < abs(best[0]):
                best = way, a, b
    way, a, b = best
    return x + way * a, y + way * b


def _apart(spot, half, other, its_half, size):
    """Push a name above another one or below it, if they touch."""
    (x, y), (x0, y0) = spot, other
    high = half[1] + its_half[1]
    if abs(x - x0) >= half[0] + its_half[0] or abs(y - y0) >= high:
        return spot
    ways = [way for way in (y0 - high, y0 + high) if half[1] <= way <= size - half[1]]
    return x, min(ways, key=lambda way: abs(way - y), default=y)


def _inside(spot, half, size):
    """Push a name into the frame."""
    return tuple(min(max(at, reach), size - reach) for at, reach in zip(spot, half))
