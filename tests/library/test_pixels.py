"""Tests of lessons_lib.pixels: what a pixel says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons_lib import figures, pixels

GRAY = np.arange(12, dtype=np.uint8).reshape(3, 4)
LABELS = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [-1, -1, 2, 2]])


@pytest.mark.parametrize(
    "layer, says",
    [
        (GRAY, "value 6"),
        (GRAY / 4, "value 1.5"),
        (np.stack([GRAY] * 3, axis=2), "value RGB (6, 6, 6)"),
        (np.stack([GRAY / 8] * 2, axis=2), "value (0.75, 0.75)"),
        (-GRAY.astype(int), "value -6"),
        (GRAY > 5, "value"),
        (GRAY > 6, "no value"),
        (GRAY.astype(float) * np.nan, "value nan"),
    ],
)
def test_values(layer, says):
    assert pixels.teller({"value": layer})(0.5, 0.6) == f"Row 1, column 2: {says}."


def test_labels_and_names():
    names = ["sea", "forest", ""]
    tell = pixels.teller({"region": LABELS, "class": (LABELS, names)})
    assert tell(0, 0) == "Row 0, column 0: region 0, class 0 (sea)."
    assert tell(0.99, 0.99) == "Row 2, column 3: region 2, class 2."
    assert tell(0.99, 0) == "Row 2, column 0: no region, no class."
    assert "class 1 (wood)" in pixels.teller({"class": (LABELS, {1: "wood"})})(0, 0.6)


def test_layers_of_other_sizes_are_stretched_over_the_first():
    tell = pixels.teller(
        {"value": GRAY, "half": GRAY[:, ::2], "twice": np.kron(GRAY, np.ones((2, 2)))}
    )
    assert tell(0.5, 0.99) == "Row 1, column 3: value 7, half 6, twice 7."


def test_a_window_tells_rows_and_columns_of_the_whole():
    tell = pixels.teller({"value": GRAY}, np.s_[1:3, 2:4])
    assert tell(0, 0) == "Row 1, column 2: value 6."
    assert tell(0.9, 0.9) == "Row 2, column 3: value 11."


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 9), st.data())
def test_each_pixel_of_an_enlarged_panel_tells_its_own_row_and_column(rows, columns, factor, data):
    array = np.arange(rows * columns).reshape(rows, columns)
    picture = figures.panels([array, array], alt="x", factor=factor, reads={"value": array})
    place = data.draw(st.sampled_from(picture.places))
    row, column = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    for part in (0, factor - 1):
        x, y = place.left + column * factor + part, place.top + row * factor + part
        said = pixels.read(picture, x, y)
        assert said == f"Row {row}, column {column}: value {array[row, column]}."


def test_panels_of_their_own_and_what_lies_between():
    picture = figures.panels(
        dict.fromkeys(["one", "two", "three"], GRAY),
        alt="x",
        factor=20,
        reads=[{"value": GRAY}, None, lambda down, across: f"{down:.1f} {across:.1f}"],
    )
    one, three = picture.places
    assert pixels.read(picture, one.left, one.top) == "Row 0, column 0: value 0."
    assert pixels.read(picture, three.left + 40, three.top + 30) == "0.5 0.5"
    assert pixels.read(picture, one.left + 90, one.top) == ""  # the second panel: nothing
    assert pixels.read(picture, one.left, 3) == ""  # a title
    assert pixels.read(picture, -1, 5) == pixels.read(picture, 10_000, 5) == ""


def test_without_anything_the_colour_shown_is_read():
    picture = figures.panels([np.full((2, 2, 3), 7, np.uint8)], alt="x", factor=10)
    assert pixels.read(picture, 15, 5) == "Row 0, column 1: colour RGB (7, 7, 7)."
    plain = figures.Picture(np.zeros((4, 5, 3), np.uint8), "x")
    assert pixels.read(plain, 4, 3) == "Row 3, column 4: colour RGB (0, 0, 0)."
