"""Tests of lessons_lib.exercises.base: checks explain, and they never raise."""

import contextlib
import datetime
import decimal
import fractions
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from lessons_lib.exercises import base
from lessons_lib.exercises.base import Wrong, check, describe, need_labels, need_number


@check
def is_seven(answer):
    """Is it seven?"""
    number = need_number(answer, 0, 100, whole=True)
    if number != 7:
        raise Wrong(f"{number} is not 7: you forgot the dwarfs.")
    return f"{number} is right."


@check
def is_label_map(answer, shape=(4, 6)):
    labels = need_labels(answer, shape)
    return f"labels {labels.min()} to {labels.max()}, {labels.shape}"


def said(checked, *args, **kwargs):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert checked(*args, **kwargs) is None
    return out.getvalue()


# check

def test_right_wrong_and_not_yet():
    assert said(is_seven, 7) == "✓ 7 is right.\n"
    assert said(is_seven, 8) == "✗ 8 is not 7: you forgot the dwarfs.\n"
    for nothing in ((), (...,), (None,)):
        assert said(is_seven, *nothing) == "… not answered yet\n"


def test_more_than_the_answer():
    assert said(is_label_map, np.ones((2, 3)), shape=(2, 3)) == "✓ labels 1 to 1, (2, 3)\n"
    assert said(is_label_map, np.ones((2, 3)), (2, 3)) == "✓ labels 1 to 1, (2, 3)\n"


def test_a_check_keeps_its_name_and_docstring():
    assert is_seven.__name__ == "is_seven" and is_seven.__doc__ == "Is it seven?"


def test_an_error_nobody_thought_of():
    @check
    def broken(answer):
        return answer["area"]

    assert said(broken, 3) == ("✗ The check could not read this answer (TypeError: 'int' object is "
                               "not subscriptable). Look again at what the exercise asks for.\n")


class Nasty:
    """Raises whatever one does with it."""

    def __init__(self, error):
        self.error = error

    def fail(self, *args, **kwargs):
        raise self.error

    __array__ = __bool__ = __eq__ = __float__ = __getitem__ = __index__ = __int__ = fail
    __iter__ = __len__ = __repr__ = __str__ = __format__ = __lt__ = __ge__ = fail
    __hash__ = None


def itself():
    loop = []
    loop.append(loop)
    return loop


ODD = [
    lambda: 3, len, int, np.float64, sparse.eye(3), Wrong("x"), object(), range(7), iter([7]),
    (x for x in [7]), itself(), io.StringIO("7"), np, decimal.Decimal("7"), fractions.Fraction(7),
    datetime.date(2000, 1, 7), np.datetime64("2000-01-07"), np.ma.masked,
    np.ma.array([7], mask=[1]),
    np.array(7), np.array("7"), np.array(None), np.array([{}, []], dtype=object), np.zeros((4, 0)),
    np.zeros(3, dtype=[("a", int), ("b", float)]), np.matrix([[7]]), memoryview(b"7"), 10 ** 400,
    -10 ** 400, NotImplemented, np.full((4, 6), np.nan), np.full((4, 6), np.inf),
    np.full((4, 6), 1e300), np.full((4, 6), 1j), np.zeros((6, 4)), np.zeros((4, 6, 3)),
    np.zeros(24),
    *(Nasty(error) for error in (ValueError("x"), TypeError(), RuntimeError("x"), KeyError(3),
                                 RecursionError(), MemoryError())),
]
plain = (st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text()
         | st.binary() | st.just(...))
nested = st.recursive(
    plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner),
    max_leaves=8)
arrays = hnp.arrays(
    hnp.scalar_dtypes(),
    st.sampled_from([(), (1,), (4, 6), (6, 4), (24,), (4, 6, 3), (0,), (4, 6, 1), (2, 2)]))


def survives(answer):
    for checked in (is_seven, is_label_map):
        out = said(checked, answer)
        assert out[:2] in ("✓ ", "✗ ", "… ")
        assert len(out) > 10


@settings(max_examples=300)
@given(nested | arrays)
def test_a_check_never_raises(answer):
    survives(answer)


@pytest.mark.parametrize("number", range(len(ODD)))
def test_a_check_survives_odd_objects(number):
    survives(ODD[number])


# need_number

@pytest.mark.parametrize("answer", [7, 7.0, np.int8(7), np.float32(7), np.array(7), np.array([[7]]),
                                    [7], (7.0,), decimal.Decimal(7), fractions.Fraction(7)])
def test_need_number_takes_numbers_of_all_kinds(answer):
    number = need_number(answer, 0, 10)
    assert number == 7 and type(number) is float
    number = need_number(answer, 7, 7, whole=True)
    assert number == 7 and type(number) is int


@pytest.mark.parametrize("answer, message", [
    (len, "This is a function. Call it, with parentheses, and hand in what it returns."),
    ("7", "This is text. Hand in the number itself, without quotes."),
    (b"7", "This is text."),
    ([1, 2], "One number is asked for; this is a list of 2."),
    ((1, 2, 3), "One number is asked for; this is a tuple of 3."),
    ({"a": 1}, "One number is asked for; this is a dict of 1."),
    (np.zeros((4, 6)), r"One number is asked for; this is an array of shape \(4, 6\)."),
    (1j, "One number is asked for; this is of type complex."),
    (10 ** 400, "One number is asked for; this is of type int."),
    (11, "A number from 0 to 10 is asked for; you gave 11."),
    (-0.5, "A number from 0 to 10 is asked for; you gave -0.5."),
    (np.nan, "A number from 0 to 10 is asked for; you gave nan."),
])
def test_need_number_explains(answer, message):
    with pytest.raises(Wrong, match=f"^{message}"):
        need_number(answer, 0, 10)


@pytest.mark.parametrize("answer", [2.5, np.inf, np.nan])
def test_need_number_whole(answer):
    with pytest.raises(Wrong, match=f"A whole number is asked.* gave {answer}"):
        need_number(answer, whole=True)


# need_labels

LABELS = np.arange(24).reshape(4, 6) - 1


@pytest.mark.parametrize("answer", [
    LABELS, LABELS.astype(float), LABELS.astype(np.int8), LABELS.tolist(), LABELS.ravel(),
    np.ma.array(LABELS), np.asfortranarray(LABELS)])
def test_need_labels_takes_label_maps_of_all_kinds(answer):
    labels = need_labels(answer, (4, 6))
    assert labels.dtype == np.int64 and np.array_equal(labels, LABELS)


def test_need_labels_takes_masks_and_leaves_the_answer_alone():
    assert need_labels(LABELS > 3, (4, 6)).max() == 1
    answer = LABELS.copy()
    need_labels(answer, (4, 6))[:] = 0
    assert np.array_equal(answer, LABELS)


@pytest.mark.parametrize("answer, message", [
    (len, "This is a function. Call it"),
    ("labels", "A label map is asked for: an array of whole numbers; this is of type str."),
    ({"a": 1}, "A label map is asked for.*; this is a dict of 1."),
    (LABELS * 1j, r"A label map is asked for.*; this is an array of shape \(4, 6\)."),
    (np.zeros((4, 6, 3)), "These are colours, three numbers a pixel. Hand in the label map"),
    (LABELS.T, r"The picture is lying on its side: the shape is \(6, 4\), not \(4, 6\). Rows come"),
    (np.zeros((4, 5), int), r"must have the shape of the picture, \(4, 6\); yours has \(4, 5\)"),
    (np.zeros(20, int), r"yours has \(20,\). Only the pixels in the mask\? Put them back: labels"),
    (3, r"must have the shape of the picture, \(4, 6\); yours has \(\)"),
    (LABELS / 2, "Labels are whole numbers; yours have fractions. Is this the picture or"),
    (np.where(LABELS > 0, LABELS, np.nan), "Labels are whole numbers"),
    (np.where(LABELS > 0, LABELS, np.inf), "Labels are whole numbers"),
])
def test_need_labels_explains(answer, message):
    with pytest.raises(Wrong, match=message):
        need_labels(answer, (4, 6))


def test_a_square_picture_is_never_on_its_side():
    assert need_labels(np.eye(5), (5, 5)).sum() == 5


@pytest.mark.parametrize("answer, words", [
    (np.zeros((2, 3)), "an array of shape (2, 3)"), ([], "a list of 0"), ({1}, "a set of 1"),
    (None, "of type NoneType"), (base, "of type module")])
def test_describe(answer, words):
    assert describe(answer) == words
