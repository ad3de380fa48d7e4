"""What the first cell of lesson 00 says about the packages that are there."""

import sys
import types
from importlib import metadata

import pytest

from lessons_lib import installation


@pytest.fixture
def installed(monkeypatch):
    """Pretend that the package `mine` is installed and needs what is put into the list."""
    needs = []
    monkeypatch.setattr(metadata, "metadata", lambda package: {"Requires-Python": ">=3.11"})
    monkeypatch.setattr(metadata, "requires", lambda package: needs)
    return needs


def test_nothing_is_wrong(installed, capsys):
    installed += ["numpy>=1", "absent-package; extra == 'test'"]
    assert installation.problems("mine") == []
    installation.report("mine")
    assert capsys.readouterr().out == "✓ Everything that the lessons need is installed.\n"


def test_what_is_absent_or_too_old_is_named(installed, capsys):
    installed += ["numpy>=999", "absent-package>=1"]
    old, absent = installation.problems("mine")
    assert old.startswith("numpy is version ")
    assert old.endswith('Change it with: pip install "numpy>=999"')
    assert absent == 'absent-package is missing. Install it with: pip install "absent-package>=1"'
    installation.report("mine")
    assert capsys.readouterr().out.count("✗ ") == 2


def test_the_package_itself_is_absent():
    [problem] = installation.problems("no-such-package")
    assert problem.startswith("no-such-package itself is not installed.")


def test_on_colab_nobody_needs_jupyterlab(installed, monkeypatch):
    installed += ["jupyterlab>=999"]
    assert len(installation.problems("mine")) == 1
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    assert installation.problems("mine") == []
    installed += ["numpy>=999"]
    assert len(installation.problems("mine")) == 1
