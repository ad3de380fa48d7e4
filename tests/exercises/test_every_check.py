"""What holds for the checks of all lessons.

See CHECKS (check, its further arguments) and STRANGE in their tests.
"""

from pathlib import Path

import pytest

from tests.exercises.answers import UNANSWERED, said, strange
from tests.lessons import NAMES, module

LESSONS = {
    lesson[3:]: module(lesson, "test_exercises")
    for lesson in NAMES
    if module(lesson, "test_exercises")
}
CHECKS = [
    pytest.param(lesson, n, id=f"{name}-{n + 1}")
    for name, lesson in LESSONS.items()
    for n in range(len(lesson.CHECKS))
]


def test_every_lesson_has_three_checks():
    folder = Path(__file__).parents[2] / "lessons_lib" / "exercises"
    modules = {path.stem for path in folder.glob("[a-z]*.py")}
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
