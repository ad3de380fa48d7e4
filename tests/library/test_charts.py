"""Tests of lessons_lib.charts: what a chart says."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from lessons_lib import charts


def test_lines_say_title_axes_and_every_value_of_a_few():
    picture = charts.lines(
        [0, 0.5, 30], {"ARI": [0.97, -0.0, 1], "Ncut": [np.nan, 12.345, 1234.5]},
        bands={"ARI": ([0.9, -0.1, 1], [1, 0.125, 1])}, xlabel="beta", ylabel="score",
        title="A large beta\nis a gamble", says="Two of five seeds fail", mark=(0.5, "ours"))
    assert picture.text == (
        "A large beta is a gamble. Two of five seeds fail. score against beta. "
        "ARI: 0.97 (0.9 to 1) at 0, 0 (-0.1 to 0.125) at 0.5, 1 (1 to 1) at 30. "
        "Ncut: 12.3 at 0.5, 1,234 at 30. Marked at 0.5: ours.")


def test_long_lines_say_their_ends_and_extremes():
    x = np.arange(100)
    y = np.sin(x / 10)
    picture = charts.lines(x, {"wave": y, "none": np.full(100, np.nan)}, xlabel="t", ylabel="v",
                           title="T")
    assert picture.text == ("T. v against t. wave: 0 at 0, 1 at 16, -1 at 47, -0.458 at 99. "
                            "none: no values.")


@pytest.mark.parametrize("value, text", [
    (0, "0"), (-1e-17, "-1.00e-17"), (0.0004, "4.00e-04"), (0.1234, "0.123"), (-0.5, "-0.5"),
    (1.5, "1.5"), (9.999, "10"), (99.96, "100"), (12345, "12,345"), (2.5e6, "2.50e+06"),
    (float("inf"), "inf")])
def test_numbers_are_told_with_three_digits(value, text):
    picture = charts.lines([1], {"a": [value]}, xlabel="x", ylabel="y", title="T")
    assert f"a: {text} at 1." in picture.text.replace("no values", f"{text} at 1")


def test_bars_say_every_value_as_it_is_written():
    picture = charts.bars(["with", "without"], [0.5, 0.25], xlabel="ARI", title="Bars",
                          reference=0.4, format="{:.1f}")
    assert picture.text == "Bars. ARI. with: 0.5. without: 0.2. Dashed line at 0.4."


def test_scatter_says_how_many_points_each_label_has():
    picture = charts.scatter(np.arange(5.0), np.arange(5.0), np.array([0, 2, 2, 0, 2]),
                             xlabel="a", ylabel="b", title="Points", noun="disc")
    assert picture.text == "Points. b against a. 5 points: 2 of disc 0, 3 of disc 2."


def test_bonds_say_their_range():
    bonds = sparse.csr_matrix(np.array([[1, 0.25, 0.5, 0], [0.25, 1, 0, 0.5], [0.5, 0, 1, 0.75],
                                        [0, 0.5, 0.75, 1]]))
    picture = charts.bonds(np.eye(2), bonds, title="Four pixels")
    assert picture.text == ("Four pixels. 2 by 2 pixels, joined by lines: the stronger a bond, the "
                            "thicker; from 0.25 to 0.75.")


@pytest.mark.parametrize("what, measure", [
    ("clusters", "Two spectra. Mean reflectance of 2 clusters."),
    ("pixels", "Two spectra. Reflectance of 2 pixels.")])
def test_spectra_say_every_value(what, measure):
    table = pd.DataFrame({"green": [0.04, 0.0712], "red": [0.03, 0.1]})
    picture = charts.spectra(table, ["forest", ""], title="Two spectra", caption="c", what=what)
    assert picture.text == (f"{measure} 0 forest: green 0.040, red 0.030. "
                            "1: green 0.071, red 0.100.")
    assert picture.caption == "c" and picture.rgb.shape[1] == 760


def test_spectra_change_with_their_values():
    table = pd.DataFrame({"green": [0.04, 0.07], "red": [0.03, 0.1], "near infrared": [0.2, 0.3]})
    one, other = (charts.spectra(t, ["a", "b"], title="t").rgb for t in (table, table / 2))
    assert one.shape == other.shape and (one != other).any()


def has(rgb, color):
    return (rgb == color).all(axis=2).sum()


def test_curves_and_spectra_take_colours_of_their_own():
    curves = {"red": [0, 1, 0], "other": [1, 0, 1]}
    options = {"xlabel": "x", "ylabel": "y", "title": "t"}
    plain = charts.lines([0, 1, 2], curves, **options).rgb
    own = charts.lines([0, 1, 2], curves, colors={"red": "#FF0080"}, **options).rgb
    assert has(own, (255, 0, 128)) > 100 and not has(plain, (255, 0, 128))
    other = tuple(int(charts.palettes.FOUND[i:i + 2], 16) for i in (1, 3, 5))
    assert has(own, other) > 50 and has(plain, other) > 50
    table = pd.DataFrame({"green": [0.04, 0.07], "red": [0.03, 0.1]})
    colors = np.array([(10, 200, 30), (240, 225, 200)])
    rgb = charts.spectra(table, ["a", "b"], title="t", colors=colors).rgb
    assert all(has(rgb, tuple(color)) > 50 for color in colors)


def test_a_pale_spectrum_has_a_dark_rim():
    table = pd.DataFrame({"green": [0.04], "red": [0.1]})
    pale = charts.spectra(table, ["a"], title="t", colors=[(250, 250, 250)]).rgb
    middle = pale[60:-60, 200:350].min(axis=2)
    assert (middle.min(axis=0) < 120).all()  # dark in each column, between the markers


@pytest.mark.parametrize("values, labels", [
    ([100, 20, 1.5], {"2", "5", "10", "20", "50", "100"}),
    ([0.3, 0.02], {"0.02", "0.05", "0.1", "0.2"}),
    ([7, 6, 3], {"5"})])
def test_a_logarithmic_axis_has_labels_between_the_powers_of_ten(values, labels, monkeypatch):
    drawn = set()
    finish = charts.figures.finish

    def look(figure, **texts):
        [ax] = figure.axes
        figure.canvas.draw()
        low, high = ax.get_ylim()
        drawn.update(tick.get_text() for tick in ax.get_yticklabels()
                     if low <= tick.get_position()[1] <= high)
        return finish(figure, **texts)

    monkeypatch.setattr(charts.figures, "finish", look)
    charts.lines(range(len(values)), {"a": values}, xlabel="k", ylabel="v", title="T", yscale="log")
    assert labels <= drawn
