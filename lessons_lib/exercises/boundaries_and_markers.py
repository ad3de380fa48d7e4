"""Checks of lesson 05."""

import numpy as np

from lessons_lib import regions
from lessons_lib.exercises.base import Wrong, check, describe, need_number


@check
def check_1(answer, labels, which, min_area):
    """How many regions of one class are large enough."""
    n = need_number(answer, 0, np.size(labels), whole=True)
    found = regions.connected(labels)
    mine, large = found.classes == which, found.areas >= min_area
    right = int((mine & large).sum())
    if n == right:
        return (
            f"{right} region{'' if right == 1 else 's'} with {min_area} pixels or more, and "
            f"{(mine & ~large).sum()} with fewer."
        )
    corners = regions.connected(labels, connectivity=2)
    few = corners.areas >= min_area
    mistakes = [
        (mine.sum(), f"This counts all regions of the class, also those under {min_area} pixels."),
        (
            large.sum(),
            "This counts the large regions of every class. Which class has each of them? See "
            "class_regions.classes.",
        ),
        (
            len(mine),
            "This counts all regions of all classes. Two conditions are missing: the class and "
            "the area.",
        ),
        (
            (~large).sum(),
            f"These are the regions of every class under {min_area} pixels. The large ones of one "
            "class are asked for.",
        ),
        (
            (mine & ~large).sum(),
            f"These are the regions under {min_area} pixels; the others are asked for.",
        ),
        (
            (mine & (found.areas > min_area)).sum(),
            f"Nearly. A region of exactly {min_area} pixels is large enough: >=, not >.",
        ),
        (
            (few & (corners.classes == which)).sum(),
            "This is the number with 8 neighbours, where regions that share a corner are one. "
            "Take 4: connectivity=1.",
        ),
        (
            few.sum(),
            "These are the large regions of every class, and with 8 neighbours. Ask for one "
            "class, and take 4: connectivity=1.",
        ),
        (
            len(few),
            "These are all regions with 8 neighbours. Take 4 (connectivity=1), then ask for the "
            "class and the area.",
        ),
        (
            (np.asarray(labels) == which).sum(),
            "This is the number of pixels of the class. Regions are asked for: split the map "
            "into connected parts first.",
        ),
        (
            0,
            "None at all? skimage.measure.label takes label 0 for background and loses it, "
            "unless you say background=-1. Use regions.connected.",
        ),
    ]
    if n == _count_after_merging(labels, which, min_area):
        raise Wrong(
            "This is the number after merging. When small regions dissolve, others can join; "
            "count in the map as it was."
        )
    for value, message in mistakes:
        if n == value:
            raise Wrong(message)
    raise Wrong(
        f"{n} is too {'many' if n > right else 'few'}. Count where both hold: the class of the "
        f"region is {which}, and its area is at least {min_area}."
    )


def _count_after_merging(labels, which, min_area):
    try:
        merged = regions.connected(regions.merge_small(labels, min_area))
    except ValueError:  # no region is large enough
        return 0
    return int((merged.classes == which).sum())


@check
def check_2(answer, labels, which, pixel_size, before=None):
    """Hectares of the largest region of one class; `before`: the map with its small regions."""
    value = need_number(answer, 0)
    found = regions.connected(labels)
    mine = found.areas[found.classes == which]
    if not mine.size:
        if value == 0:
            return "The class has no region left in this map: 0 hectares."
        raise Wrong(
            "The class has no region left in this map: all were too small. So the answer is 0."
        )
    largest, hectare = int(mine.max()), pixel_size ** 2 / 10_000
    right = largest * hectare
    if np.isclose(value, right, rtol=1e-3):
        return (
            f"{largest:,} pixels of {pixel_size:g} m by {pixel_size:g} m are {right:,.1f} hectares."
        )
    mistakes = [
        (largest, "This is the number of pixels, not of hectares."),
        (largest * pixel_size ** 2, "These are square metres. A hectare has 10,000 of them."),
        (
            largest * pixel_size / 10_000,
            f"The pixel size is not squared. A pixel with a side of {pixel_size:g} m covers "
            f"{pixel_size ** 2:g} m².",
        ),
        (
            largest * pixel_size,
            "This multiplies an area by a length. Square the pixel size, then turn square metres "
            "into hectares.",
        ),
        (largest * pixel_size ** 2 / 1_000, "A hectare is 10,000 m², not 1,000."),
        (
            largest * pixel_size ** 2 / 1_000_000,
            "These are square kilometres. A square kilometre has 100 hectares.",
        ),
        (
            mine.sum() * hectare,
            "This is the area of all regions of the class. The largest one of them is asked for.",
        ),
        (
            found.areas.max() * hectare,
            "This is the largest region of any class. Look only at regions of the class.",
        ),
        (np.size(labels) * hectare, "This is the area of the whole picture."),
        (100 * largest / np.size(labels), "This is the share of the picture, in per cent."),
        (largest / np.size(labels), "This is the share of the picture."),
    ]
    if before is not None:
        untidy = regions.connected(before)
        mistakes.append(
            (
                untidy.areas[untidy.classes == which].max(initial=0) * hectare,
                "This is the region before merging. Use the tidy one.",
            )
        )
    for wrong, message in mistakes:
        if np.isclose(value, wrong, rtol=1e-3):
            raise Wrong(message)
    side = pixel_size * np.sqrt(value / right)  # the pixel that would make it right
    if side >= 1 and np.isclose(side, round(side), rtol=1e-6):
        raise Wrong(
            f"With pixels of {side:.0f} m this would be right. Here they have {pixel_size:g} m."
        )
    raise Wrong(
        f"The largest region of the class has {largest:,} pixels. Multiply by the area of one "
        f"pixel in square metres, then divide by 10,000; you gave {value:.6g}."
    )


@check
def check_3(answer, labels, numbers):
    """For each of some regions, its pixel nearest to its centroid."""
    labels, numbers = np.asarray(labels), np.asarray(numbers, dtype=int)
    points = _points(answer, labels, len(numbers))
    for i, point in zip(numbers, points):
        pixels = np.argwhere(labels == i)
        centroid = pixels.mean(axis=0)
        distance = np.linalg.norm(pixels - centroid, axis=1)
        gap = np.linalg.norm(point - centroid)
        if (point != point.round()).any():
            if np.allclose(point, centroid, atol=0.01):
                raise Wrong(
                    f"For region {i} this is the centroid itself. It lies outside, which is why "
                    "its marker has to move."
                )
            raise Wrong("Pixels have whole-number coordinates; yours have fractions.")
        row, column = point.astype(int)
        if not (0 <= row < labels.shape[0] and 0 <= column < labels.shape[1]):
            raise Wrong(
                f"({row}, {column}) is not in the picture of {labels.shape[0]} rows and "
                f"{labels.shape[1]} columns. The row comes first."
            )
        if labels[row, column] != i:
            if column < labels.shape[0] and row < labels.shape[1] and labels[column, row] == i:
                raise Wrong(f"For region {i} row and column are exchanged: the row comes first.")
            where = "nowhere" if labels[row, column] < 0 else f"in region {labels[row, column]}"
            why = (
                " It is the rounded centroid."
                if gap < 1
                else " That region is in the list, too: keep the order."
                if labels[row, column] in numbers
                else ""
            )
            raise Wrong(
                f"({row}, {column}) should lie in region {i}, but it lies {where}.{why} Take "
                "pixels of the region only: np.argwhere(labels == i)."
            )
        if gap > distance.min() + 1e-6:
            far = (
                " It is the pixel farthest from the border."
                if tuple(point) == regions.inner_points(labels)[int(i)][:2]
                else ""
            )
            raise Wrong(
                f"({row}, {column}) lies in region {i}, but {gap:.1f} pixels from its centroid; "
                f"another pixel is {distance.min():.1f} away.{far}"
            )
    n = len(numbers)
    if n == 0:
        return "No centroid lies outside: no marker has to move."
    return f"{n} marker{' is' if n == 1 else 's are'} back inside, by the shortest way."


def _points(answer, labels, n):
    """The answer as an array of n points, or `Wrong`."""
    if callable(answer):
        raise Wrong("This is a function. Call it, and hand in the list of points.")
    if isinstance(answer, dict | set | frozenset | str | bytes):
        raise Wrong(
            "A list of (row, column) is asked for, in the order of the regions; this is "
            f"{describe(answer)}."
        )
    try:
        points = np.asarray(answer)
    except ValueError:
        raise Wrong(
            "Each point is a pair (row, column), and the answer a list of such pairs; yours are "
            "of different lengths."
        ) from None
    if points.dtype.kind not in "iuf":
        raise Wrong(f"A list of (row, column) is asked for; this is {describe(answer)}.")
    if n == 1 and points.shape == (2,):
        points = points[None]
    if points.size == 0:
        points = points.reshape(0, 2)
    if points.ndim != 2 or points.shape[1] != 2:
        hint = ""
        if points.shape == (n, 3):
            hint = " Leave out the distance."
        elif points.shape == (n,):
            hint = " `argmin` gives the number of a line; take that line of `pixels`."
        raise Wrong(
            f"Each point is a pair (row, column); the shape of your answer is {points.shape}, not "
            f"{(n, 2)}.{hint}"
        )
    if len(points) == labels.max() + 1 != n:
        raise Wrong(
            f"These are points for all {len(points)} regions. Only the {n} whose centroid lies "
            "outside have to move."
        )
    if len(points) != n:
        raise Wrong(f"There are {n} markers to move; you handed in {len(points)} points.")
    if not np.isfinite(points).all() or (np.abs(points) > 1e9).any():
        raise Wrong(
            "Coordinates must be numbers of the picture; yours hold NaN, infinity or huge values."
        )
    return points.astype(float)
