"""The checks of lesson 05: right, alternative and known-wrong answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lessons_lib import regions
from lessons_lib.exercises import boundaries_and_markers as check
from tests.exercises.answers import said, strange

# A map of three classes in squares of 9 pixels, chosen so that all mistakes differ.
MAP = np.kron(np.random.default_rng(119).integers(0, 3, (9, 12)), np.ones((3, 3), int))
PARTED = regions.connected(MAP)
CORNERS = regions.connected(MAP, connectivity=2)
WHICH, MIN_AREA = 0, 27
MINE, LARGE = PARTED.classes == WHICH, PARTED.areas >= MIN_AREA
RIGHT = int((MINE & LARGE).sum())
FEW = CORNERS.areas >= MIN_AREA
TIDY = regions.merge_small(MAP, MIN_AREA)
MERGED = regions.connected(TIDY)
STRANGE = strange(MAP.shape)

PIXEL = 30.0
LAKES = MERGED.areas[MERGED.classes == WHICH]
LARGEST = int(LAKES.max())
HECTARES = LARGEST * 0.09

# A ring (0) around a core (1), a tongs open to the right (2) and a block (3).
ROWS, COLUMNS = np.indices((19, 34))
AROUND = np.hypot(ROWS - 9, COLUMNS - 9)
SHAPES = np.select(
    [AROUND < 4.5, AROUND < 8, (ROWS > 2) & (ROWS < 16) & (COLUMNS > 19) & (COLUMNS < 31)],
    [1, 0, 2],
    -1,
)
SHAPES[6:13, 23:31] = -1
SHAPES[17:, 20:] = 3
TO_MOVE = np.array([0, 2])
CENTROIDS = np.array([np.argwhere(SHAPES == i).mean(axis=0) for i in range(4)])


def nearest(i):
    """The pixels of a region that are nearest to its centroid, by a plain search."""
    pixels = np.argwhere(SHAPES == i).tolist()
    squares = [(r - CENTROIDS[i][0]) ** 2 + (c - CENTROIDS[i][1]) ** 2 for r, c in pixels]
    return [tuple(p) for p, s in zip(pixels, squares) if s <= min(squares) + 1e-9]


RING, TONGS = nearest(0), nearest(2)
POINTS = [RING[0], TONGS[0]]
INNER = [regions.inner_points(SHAPES)[i][:2] for i in TO_MOVE]


# 1: how many regions of one class are large enough


@pytest.mark.parametrize(
    "answer",
    [
        RIGHT,
        float(RIGHT),
        np.int64(RIGHT),
        np.float32(RIGHT),
        np.array(RIGHT),
        [RIGHT],
        (RIGHT,),
        (MINE & LARGE).sum(),
        sum(MINE & LARGE),
        np.bincount(PARTED.classes[LARGE])[WHICH],
        sum(a >= MIN_AREA and c == WHICH for a, c in zip(PARTED.areas, PARTED.classes)),
    ],
)
def test_1_right(answer):
    assert said(check.check_1, answer, MAP, WHICH, MIN_AREA) == (
        f"✓ {RIGHT} regions with 27 pixels or more, and {MINE.sum() - RIGHT} with fewer.\n"
    )


MISTAKES_1 = [
    (MINE.sum(), "✗ This counts all regions of the class, also those under 27 pixels."),
    (
        LARGE.sum(),
        "✗ This counts the large regions of every class. Which .* See class_regions.classes",
    ),
    (len(MINE), "✗ This counts all regions of all classes. Two conditions are missing"),
    ((~LARGE).sum(), "✗ These are the regions of every class under 27 pixels."),
    ((MINE & ~LARGE).sum(), "✗ These are the regions under 27 pixels; the others are asked for."),
    ((MINE & (PARTED.areas > MIN_AREA)).sum(), "✗ Nearly. A region of exactly 27 pixels is large"),
    ((FEW & (CORNERS.classes == WHICH)).sum(), "✗ This is the number with 8 neighbours"),
    (FEW.sum(), "✗ These are the large regions of every class, and with 8 neighbours."),
    (len(FEW), "✗ These are all regions with 8 neighbours."),
    ((MERGED.classes == WHICH).sum(), "✗ This is the number after merging."),
    ((MAP == WHICH).sum(), "✗ This is the number of pixels of the class. Regions are asked for"),
    (0, "✗ None at all"),
    (RIGHT + 2, f"✗ {RIGHT + 2} is too many. Count where both hold"),
    (RIGHT - 2, f"✗ {RIGHT - 2} is too few. Count where both hold"),
]


def test_1_all_mistakes_differ():
    assert len({*(int(n) for n, _ in MISTAKES_1), RIGHT}) == len(MISTAKES_1) + 1


@pytest.mark.parametrize(
    "answer, message",
    [
        *MISTAKES_1,
        (-RIGHT, f"✗ A whole number from 0 to {MAP.size} is asked for; you gave -"),
        (RIGHT + 0.5, "✗ A whole number from 0 to"),
        (MAP.size + 1, "✗ A whole number from 0 to"),
        (np.flatnonzero(MINE & LARGE), "✗ One number is asked for; this is an array of shape"),
        (MINE & LARGE, "✗ One number is asked for; this is an array of shape"),
        (PARTED.areas[MINE & LARGE].tolist(), "✗ One number is asked for; this is a list of"),
        (PARTED, "✗ One number is asked for"),
        (str(RIGHT), "✗ This is text. Hand in the number itself"),
        ((MINE & LARGE).sum, "✗ This is a function. Call it"),
    ],
)
def test_1_wrong(answer, message, match):
    match(message, said(check.check_1, answer, MAP, WHICH, MIN_AREA))


def test_1_none_or_one_can_be_right():
    crumbs = np.indices((6, 6)).sum(axis=0) % 2
    assert (
        said(check.check_1, 0, crumbs, 0, 2)
        == "✓ 0 regions with 2 pixels or more, and 18 with fewer.\n"
    )
    assert said(check.check_1, 18, crumbs, 0, 2).startswith(
        "✗ This counts all regions of the class"
    )
    assert said(check.check_1, 1, crumbs, 0, 2).startswith("✗ ")
    halves = np.repeat([[0, 1]], 4, axis=1)
    assert (
        said(check.check_1, 1, halves, 1, 4)
        == "✓ 1 region with 4 pixels or more, and 0 with fewer.\n"
    )


# 2: hectares of the largest region of one class


@pytest.mark.parametrize(
    "answer",
    [
        HECTARES,
        np.float64(HECTARES),
        np.float32(HECTARES),
        np.array(HECTARES),
        [HECTARES],
        round(HECTARES, 2),
        LARGEST * PIXEL * PIXEL / 1e4,
        LARGEST / (100 / PIXEL) ** 2,
        HECTARES * 1.0005,
        HECTARES / 1.0005,
    ],
)
def test_2_right(answer):
    assert said(check.check_2, answer, TIDY, WHICH, PIXEL, MAP) == (
        f"✓ {LARGEST} pixels of 30 m by 30 m are {HECTARES:.1f} hectares.\n"
    )


MISTAKES_2 = [
    (LARGEST, "✗ This is the number of pixels, not of hectares."),
    (LARGEST * 900, "✗ These are square metres. A hectare has 10,000 of them."),
    (
        LARGEST * 30 / 1e4,
        "✗ The pixel size is not squared. A pixel with a side of 30 m covers 900 m²",
    ),
    (LARGEST * 30, "✗ This multiplies an area by a length."),
    (LARGEST * 0.9, "✗ A hectare is 10,000 m², not 1,000."),
    (LARGEST * 900 / 1e6, "✗ These are square kilometres."),
    (LAKES.sum() * 0.09, "✗ This is the area of all regions of the class."),
    (MERGED.areas.max() * 0.09, "✗ This is the largest region of any class."),
    (MAP.size * 0.09, "✗ This is the area of the whole picture."),
    (100 * LARGEST / MAP.size, "✗ This is the share of the picture, in per cent."),
    (LARGEST / MAP.size, "✗ This is the share of the picture."),
    (PARTED.areas[MINE].max() * 0.09, "✗ This is the region before merging. Use the tidy one."),
    (LARGEST * 0.01, "✗ With pixels of 10 m this would be right. Here they have 30 m."),
    (
        HECTARES * 1.013,
        f"✗ The largest region of the class has {LARGEST} pixels. Multiply by the area",
    ),
    (np.sort(LAKES)[-2] * 0.09, f"✗ The largest region of the class has {LARGEST} pixels."),
]


def test_2_all_mistakes_differ():
    values = np.sort([HECTARES, *(n for n, _ in MISTAKES_2)])
    assert (values[1:] / values[:-1] > 1.005).all()


@pytest.mark.parametrize(
    "answer, message",
    [
        *MISTAKES_2,
        (LAKES * 0.09, "✗ One number is asked for; this is an array of shape"),
        (0, "✗ The largest region of the class has"),
        (-HECTARES, "✗ A number of 0 or more is asked for; you gave -"),
        (f"{HECTARES:.1f} ha", "✗ This is text. Hand in the number itself"),
        (max, "✗ This is a function. Call it"),
    ],
)
def test_2_wrong(answer, message, match):
    match(message, said(check.check_2, answer, TIDY, WHICH, PIXEL, MAP))


def test_2_without_the_map_before_merging():
    assert said(check.check_2, HECTARES, TIDY, WHICH, PIXEL).startswith("✓ ")
    assert said(check.check_2, PARTED.areas[MINE].max() * 0.09, TIDY, WHICH, PIXEL).startswith(
        "✗ The largest"
    )


def test_2_a_class_that_merging_has_dissolved():
    gone = np.ones((4, 4), int)
    for before in ((), (np.eye(4, dtype=int),)):
        assert said(check.check_2, 0, gone, 0, PIXEL, *before).startswith(
            "✓ The class has no region left"
        )
        for answer in (16, 1.44, 0.09):
            assert said(check.check_2, answer, gone, 0, PIXEL, *before).startswith(
                "✗ The class has no region left"
            )


def test_2_other_pixels():
    assert said(check.check_2, LARGEST / 160_000, TIDY, WHICH, 0.25).startswith(
        f"✓ {LARGEST} pixels of 0.25 m by 0.25 m are"
    )
    assert said(check.check_2, LARGEST * 0.01, TIDY, WHICH, 0.25).startswith(
        "✗ With pixels of 10 m this would be right. Here they have 0.25 m."
    )


# 3: the pixel nearest to the centroid


def test_3_the_shapes_are_worth_asking():
    """The centroids of two shapes lie outside. One shape has many right pixels, the other one."""
    there = SHAPES[tuple(np.rint(CENTROIDS).astype(int).T)]
    assert there.tolist() == [1, 1, -1, 3]
    assert len(RING) > 3 and len(TONGS) == 1 and INNER[0] not in RING and INNER[1] not in TONGS


@pytest.mark.parametrize(
    "answer",
    [
        POINTS,
        tuple(POINTS),
        np.array(POINTS),
        np.array(POINTS, np.uint8),
        np.array(POINTS, float),
        [list(p) for p in POINTS],
        [np.array(p) for p in POINTS],
        [(float(r), np.int32(c)) for r, c in POINTS],
    ],
)
def test_3_right(answer):
    assert (
        said(check.check_3, answer, SHAPES, TO_MOVE)
        == "✓ 2 markers are back inside, by the shortest way.\n"
    )


def test_3_all_pixels_that_are_equally_near_are_right():
    for point in RING:
        assert said(check.check_3, [point, TONGS[0]], SHAPES, TO_MOVE).startswith("✓ 2 markers")


def test_3_one_marker_or_none():
    for answer in (TONGS, TONGS[0], np.array(TONGS), list(TONGS[0])):
        assert (
            said(check.check_3, answer, SHAPES, [2])
            == "✓ 1 marker is back inside, by the shortest way.\n"
        )
    nothing = np.array([], int)
    for answer in ([], (), np.empty((0, 2)), nothing):
        assert (
            said(check.check_3, answer, SHAPES, nothing)
            == "✓ No centroid lies outside: no marker has to move.\n"
        )
    assert said(check.check_3, POINTS, SHAPES, nothing) == (
        "✗ There are 0 markers to move; you handed in 2 points.\n"
    )


@pytest.mark.parametrize(
    "answer, message",
    [
        (
            INNER,
            r"✗ \(\d+, \d+\) lies in region 0, but \d\.\d pixels from its centroid; another pixel "
            r"is "
            r"\d\.\d away. It is the pixel farthest from the border.\n$",
        ),
        (
            [POINTS[0], (3, 30)],
            r"✗ \(3, 30\) lies in region 2, but 8\.\d pixels .* is \d\.\d away.\n$",
        ),
        (
            [(4, 10), TONGS[0]],
            r"✗ \(4, 10\) lies in region 0, but 5.1 pixels .* another pixel is 5.0 away.\n$",
        ),
        ([POINTS[0], CENTROIDS[2]], "✗ For region 2 this is the centroid itself. It lies outside"),
        ([POINTS[0], CENTROIDS[2].round(2)], "✗ For region 2 this is the centroid itself."),
        (
            np.rint(CENTROIDS[TO_MOVE]),
            r"✗ \(9, 9\) should lie in region 0, but it lies in region 1. It is the "
            r"rounded centroid. Take pixels of the region only",
        ),
        (
            [POINTS[0], np.rint(CENTROIDS[2])],
            r"✗ .*should lie in region 2, but it lies nowhere. It is the rounded",
        ),
        (
            POINTS[::-1],
            r"✗ .*should lie in region 0, but it lies in region 2. That region is in the list, "
            r"too: keep",
        ),
        (
            [POINTS[0], (18, 33)],
            r"✗ \(18, 33\) should lie in region 2, but it lies in region 3. Take pixels",
        ),
        (
            [(POINTS[0][0] + 0.5, POINTS[0][1]), TONGS[0]],
            "✗ Pixels have whole-number coordinates; yours have frac",
        ),
        (
            [POINTS[0], POINTS[1][::-1]],
            r"✗ \(\d+, 9\) is not in the picture of 19 rows and 34 columns. The row",
        ),
        ([(-1, 3), TONGS[0]], r"✗ \(-1, 3\) is not in the picture"),
        (
            CENTROIDS,
            "✗ These are points for all 4 regions. Only the 2 whose centroid lies outside have",
        ),
        (
            list(regions.inner_points(SHAPES).values())[:2],
            r"✗ Each point is a pair .*is \(2, 3\), not \(2, 2\). Leave "
            "out the distance.",
        ),
        (POINTS[:1], "✗ There are 2 markers to move; you handed in 1 points."),
        ([], "✗ There are 2 markers to move; you handed in 0 points."),
        (POINTS[0], r"✗ Each point is a pair .*shape of your answer is \(2,\), not \(2, 2\)"),
        (
            [17, 40],
            r"✗ Each point is a pair .* is \(2,\), not \(2, 2\). `argmin` gives the number of a "
            r"line",
        ),
        (np.array(POINTS).T.tolist() + [[1, 2]], "✗ There are 2 markers to move; you handed in 3"),
        ([RING, TONGS], "✗ Each point is a pair .*yours are of different lengths."),
        (
            {0: POINTS[0], 2: POINTS[1]},
            "✗ A list of .* in the order of the regions; this is a dict of 2.",
        ),
        (set(POINTS), "✗ A list of .* in the order of the regions; this is a set of 2."),
        ("(4, 9), (9, 22)", "✗ A list of .* in the order of the regions; this is of type str."),
        (
            [("4", "9"), ("9", "22")],
            r"✗ A list of \(row, column\) is asked for; this is a list of 2.",
        ),
        (
            np.isin(SHAPES, TO_MOVE),
            r"✗ A list of \(row, column\) is asked for; this is an array of shape",
        ),
        ([(np.nan, 9), TONGS[0]], "✗ Coordinates must be numbers of the picture; yours hold NaN"),
        (zip, "✗ This is a function. Call it, and hand in the list of points."),
    ],
)
def test_3_wrong(answer, message, match):
    match(message, said(check.check_3, answer, SHAPES, TO_MOVE))


def test_3_rows_and_columns_exchanged():
    square = np.pad(SHAPES, ((0, 15), (0, 0)), constant_values=-1)
    text = said(check.check_3, [POINTS[0], TONGS[0][::-1]], square, TO_MOVE)
    assert text == "✗ For region 2 row and column are exchanged: the row comes first.\n"


@given(
    hnp.arrays(
        np.int8,
        hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=7),
        elements=st.integers(-1, 1),
    ),
    st.data(),
)
def test_3_against_a_plain_search(labels, data):
    """Right exactly where each point is a pixel of its region and none is nearer."""
    found = regions.connected(labels).labels
    n = found.max() + 1
    numbers = data.draw(
        st.lists(st.integers(0, n - 1), unique=True, max_size=3) if n else st.just([])
    )
    points, right = [], True
    for i in numbers:
        pixels = np.argwhere(found == i)
        gaps = np.linalg.norm(pixels - pixels.mean(axis=0), axis=1)
        if data.draw(st.integers(0, 3)):
            points.append(
                tuple(
                    pixels[gaps.argmin()]
                    if data.draw(st.booleans())
                    else pixels[::-1][gaps[::-1].argmin()]
                )
            )
            continue
        anywhere = st.tuples(*(st.integers(-1, side) for side in labels.shape))
        point = data.draw(st.sampled_from(pixels.tolist()).map(tuple) | anywhere)
        points.append(point)
        at = (pixels == point).all(axis=1)
        right = right and bool(at.any()) and gaps[at].item() <= gaps.min() + 1e-9
    assert said(check.check_3, points, found, numbers)[0] == ("✓" if right else "✗")


# all: see test_every_check.py

CHECKS = [
    (check.check_1, (MAP, WHICH, MIN_AREA)),
    (check.check_2, (TIDY, WHICH, PIXEL, MAP)),
    (check.check_3, (SHAPES, TO_MOVE)),
]


@pytest.mark.parametrize("shape", [MAP.shape, (2, 2)], ids=["map", "points"])
@pytest.mark.parametrize("name", STRANGE)
def test_strange_answers_are_read(name, shape):
    for function, given_too in CHECKS:
        text = said(function, strange(shape)[name], *given_too)
        assert text.startswith("✗ ") and "could not read" not in text, text
