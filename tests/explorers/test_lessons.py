"""Every explorer of every lesson: all controls, both ends, random settings."""

import pkgutil
import re

import ipywidgets as widgets
import numpy as np
import pytest

from lessons_lib import explorers, figures
from lessons_lib.explorers.base import Explorer
from tests.explorers.common import (
    LESSONS,
    NOT_REPEATED,
    SAYS,
    combinations,
    forget,
    good,
    make,
    put,
    same,
    values_of,
)

SHELL = ("base", "cells", "progress", "stage", "stepper", "workbench")
NAMES = sorted(m.name for m in pkgutil.iter_modules(explorers.__path__) if m.name not in SHELL)


@pytest.fixture(scope="module", params=NAMES)
def name(request):
    if request.param not in LESSONS:
        pytest.fail(f"a new explorer: say in tests/lessons what {request.param} needs, "
                    "and what its text says")
    return request.param


@pytest.fixture(scope="module")
def explorer(name):
    return make(name)


@pytest.fixture(autouse=True)
def from_the_start(request):
    """Each test finds the explorer as the learner does."""
    if "explorer" in request.fixturenames:
        request.getfixturevalue("explorer").reset()


def test_explorers_are_found():
    assert {"start_here", "circles", "coins"} <= set(NAMES)


def test_controls_are_labelled(explorer):
    assert isinstance(explorer, Explorer) and len(explorer.controls) >= 2
    labels = [control.description for control in explorer.controls.values()]
    assert all(label.strip() for label in labels) and len(set(labels)) == len(labels)
    shown = explorer.children[0].children
    assert list(shown[:-1]) == list(explorer.controls.values())
    assert isinstance(shown[-1], widgets.Button) and shown[-1].description == "Reset"
    assert explorer._title != "Explorer" and repr(explorer).startswith(explorer._title)


def test_every_control_at_both_ends(name, explorer):
    good(explorer, SAYS[name])
    for key, control in explorer.controls.items():
        for value in (values_of(control)[0], values_of(control)[-1]):
            control.value = value
            assert explorer.settings[key] == value
            good(explorer, SAYS[name])
        explorer.reset()


def test_a_control_changes_the_picture(explorer):
    """None is idle, not all together and not one by one."""
    start = explorer.picture
    for key, control in explorer.controls.items():
        changed = []
        for value in (values_of(control)[0], values_of(control)[-1]):
            control.value = value
            changed.append(explorer.picture.text != start.text
                           and not np.array_equal(explorer.picture.rgb, start.rgb))
        assert any(changed), key
        explorer.reset()


def test_random_combinations(name, explorer):
    for settings in combinations(explorer, getattr(LESSONS[name], "COMBINATIONS", 30)):
        put(explorer, settings)
        good(explorer, SAYS[name])
        for key, value in settings.items():
            if isinstance(value, (int, float)) and (name, key) not in NOT_REPEATED:
                said = rf"(?<![\d.]){re.escape(f'{value:g}')}(?!\.?\d)"
                assert re.search(said, explorer.status), (key, explorer.status)


def test_equal_settings_give_equal_pictures(name, explorer):
    """Whatever was drawn before, and with nothing kept from before."""
    tried = combinations(explorer, 4, seed=1)
    first = []
    for settings in tried:
        put(explorer, settings)
        first.append(explorer.picture)
    for settings, picture in list(zip(tried, first))[::-1]:
        put(explorer, settings)
        assert same(explorer.picture, picture), settings
    forget(name)
    another = make(name)
    for settings, picture in zip(tried[::-1], first[::-1]):
        put(another, settings)
        assert same(another.picture, picture), settings


def test_the_explorer_shows_what_render_draws(explorer):
    for settings in combinations(explorer, 3, seed=2):
        put(explorer, settings)
        assert same(explorer.render(**settings), explorer.picture)


def test_the_defaults_of_render_are_the_start(explorer):
    """A filmstrip names only what it changes."""
    assert same(explorer.render(), explorer.picture)


def test_reset(explorer):
    start, settings = explorer.picture, explorer.settings
    put(explorer, combinations(explorer, 1, seed=3)[0])
    assert explorer.settings != settings
    explorer.children[0].children[-1].click()
    assert explorer.settings == settings and same(explorer.picture, start)


def test_filmstrip(explorer):
    stops = combinations(explorer, 2, seed=4)
    strip = figures.filmstrip(explorer.render, dict(zip(("one", "two"), stops)), columns=1)
    one, two = (explorer.render(**s) for s in stops)
    assert strip.text == f"one: {one.text} two: {two.text}"
    assert strip.rgb.shape[0] > one.rgb.shape[0] + two.rgb.shape[0]
    rows, columns = one.rgb.shape[:2]
    assert any(np.array_equal(strip.rgb[top:top + rows, :columns], one.rgb) for top in range(60))
