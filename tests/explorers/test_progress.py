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
    bar = progress.Progress("ab")
    assert [bar.seconds.copy() for _ in bar] == [{}, {"a": bar.seconds["a"]}]
    assert repr(bar.times()) == "Times on your machine (live in JupyterLab)."


def test_it_tells_how_long_each_step_took(monkeypatch):
    now = iter([0.0, 0.125, 10.0, 12.5])
    monkeypatch.setattr(progress.time, "perf_counter", lambda: next(now))
    monkeypatch.setattr(progress, "display", lambda shown: None)
    bar = progress.Progress(("fast", "slow"))
    assert list(bar) == ["fast", "slow"]
    assert bar.seconds == {"fast": 0.125, "slow": 2.5}
    assert "On your machine: fast 125 ms, slow 2.5 s" in bar.times().value
