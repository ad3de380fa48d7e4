"""The bar that moves while a cell runs."""

import pytest

from lessons_lib.explorers import progress


@pytest.mark.parametrize("steps", [iter("abc"), [], range(40)])
def test_it_goes_through_all_steps_and_counts_those_done(steps, monkeypatch):
    shown = []
    monkeypatch.setattr(progress, "display", shown.append)
    steps = list(steps)
    bar = progress.Progress(iter(steps))
    assert [(step, bar.value) for step in bar] == list(zip(steps, range(len(steps))))
    assert bar.value == bar.max >= 1 and shown == [bar]


def test_nothing_that_differs_from_run_to_run_is_stored():
    assert repr(progress.Progress("ab")) == "Progress (live in JupyterLab)."
