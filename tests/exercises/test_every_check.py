"""What holds for the checks of all lessons: see CHECKS (check, its further arguments) and STRANGE in their tests."""

import importlib
from pathlib import Path

import pytest

from tests.exercises.answers import UNANSWERED, said, strange

FILES = [path for path in sorted(Path(__file__).parent.glob("test_*.py"))
         if path != Path(__file__) and "\nCHECKS = " in path.read_text(encoding="utf-8")]
LESSONS = {path.stem.removeprefix("test_"): importlib.import_module(f"tests.exercises.{path.stem}") for path in FILES}
CHECKS = [pytest.param(lesson, n, id=f"{name}-{n + 1}") for name, lesson in LESSONS.items() for n in range(len(lesson.CHECKS))]


def test_every_lesson_has_three_checks():
    modules = {path.stem for path in (Path(__file__).parents[2] / "lessons_lib" / "exercises").glob("[a-z]*.py")}
    assert set(LESSONS) == modules - {"base"}
    assert [len(lesson.CHECKS) for lesson in LESSONS.values()] == [3] * len(LESSONS)


@pytest.mark.parametrize("lesson, n", CHECKS)
@pytest.mark.parametrize("name", strange((2, 2)))
def test_strange_answers_are_wrong(lesson, n, name):
    check, given = lesson.CHECKS[n]
    assert said(check, lesson.STRANGE[name], *given).startswith("✗ ")


@pytest.mark.parametrize("lesson, n", CHECKS)
def test_unanswered(lesson, n):
    check, given = lesson.CHECKS[n]
    assert said(check, ..., *given) == said(check, None, *given) == UNANSWERED
