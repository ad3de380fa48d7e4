"""Tests of lessons_lib.charts: what a chart says."""

import pandas as pd
import pytest

from lessons_lib import charts


@pytest.mark.parametrize("what, measure", [
    ("clusters", "Mean reflectance of 2 clusters."), ("pixels", "Reflectance of 2 pixels.")])
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
