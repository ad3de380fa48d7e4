"""The page for instructors: its recipes run, and what it says of the lessons is so."""

import math
import os
import re
import subprocess
import symtable
import sys

import nbformat
import pytest
import yaml

from tests.project.files import ROOT, copy
from tools import course, minutes

TEXT = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
LESSONS = {path.stem: nbformat.read(path, as_version=4)
           for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
MINUTES = {one.file: one.minutes for one in course.read()}
MEASURED = {one[0][:2]: one for one in minutes.measure()}
RECIPES = dict(re.findall(r"^### ([^\n]+)\n(?:(?!^###? ).)*?```python\n(.*?)```",
                          TEXT[TEXT.index("## Five common changes"):], re.M | re.S))
lessons = pytest.mark.parametrize("name", LESSONS)


def part(name):
    """What the page says of one lesson."""
    found = re.search(rf"^## Lesson {name[:2]}: .*?(?=^## )", TEXT, re.M | re.S)
    assert found, f"docs/instructors.md needs a section '## Lesson {name[:2]}: ...'"
    return found[0]


def rows(page, start=""):
    """Cells of the rows of the first table behind `start`, without its head."""
    page = page[page.index(start):]
    table = re.search(r"^\|.*\n\|[-:|]+\n((?:\|.*\n)+)", page, re.M)[1]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()]


def headings(name):
    """The sections of a lesson."""
    return {heading for cell in LESSONS[name].cells if cell.cell_type == "markdown"
            for heading in re.findall(r"^#{2,3} (.*)", cell.source, re.M)}


def test_there_are_five_recipes():
    assert len(RECIPES) == 5


@pytest.mark.thorough
@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_runs_on_a_copy(recipe, tmp_path):
    copy(tmp_path, "docs", "lessons_lib", "notebooks", "tests", "tools", "README.md", "course.toml",
         "pyproject.toml")
    (tmp_path / "change.py").write_text(RECIPES[recipe], encoding="utf-8")
    ran = subprocess.run([sys.executable, "-W", "ignore", "change.py"], cwd=tmp_path, text=True,
                         env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True,
                         timeout=300, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.strip()


@lessons
def test_a_plan_fills_the_minutes_of_its_lesson(name):
    assert f"[Notebook](../notebooks/{name}.ipynb), {MINUTES[name]} minutes." in part(name)
    assert sum(int(row[0]) for row in rows(part(name), "| minutes | what")) == MINUTES[name]


@lessons
def test_every_prediction_is_collected(name):
    texts = [output.get("data", {}).get("text/plain", "") for cell in LESSONS[name].cells
             for output in cell.get("outputs", [])]
    asked = [text.partition(": ")[2] for text in texts if text.startswith("Predict")]
    assert asked == [row[0] for row in rows(part(name), "**Predictions.**")]


@lessons
def test_headings_named_in_the_plan_exist(name):
    places = " ".join(row[2] for row in rows(part(name), "| minutes | what"))
    named = set(re.findall(r"\*([^*]+)\*", places))
    assert named and named <= headings(name)


def names(table, top=True):
    """Names that a piece of code makes for later cells, and names that it uses."""
    symbols = table.get_symbols()
    made = {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}
    used = {symbol.get_name() for symbol in symbols
            if symbol.is_referenced() and (top or symbol.is_global())}
    return made, used.union(*(names(child, False)[1] for child in table.get_children()))


def missed(notebook, headings, exercises):
    """Names that are used although the sections, and the exercises, that make them are left out.

    A name that a cell both uses and makes is taken for its own.
    """
    section, exercise, there, gone, missing = "", 0, set(), set(), set()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            section = ([section] + re.findall(r"^#{2,3} (.*)", cell.source, re.M))[-1]
            exercise = int((re.findall(r"^\*\*(\d)\. ", cell.source, re.M) or [exercise])[-1])
            continue
        made, used = names(symtable.symtable(cell.source, "cell", "exec"))
        left_out = section in ("Exercises", "More exercises") and exercise in exercises
        if section in headings or left_out:
            gone |= made - there
        else:
            missing |= used & gone - made
            there |= made
            gone -= made
        exercise += "solution" in cell.metadata.get("tags", [])  # the next cells prepare another
    return missing


def test_names_that_a_section_makes_are_missed():
    book = LESSONS["02_coins"]
    assert missed(book, {"Must you shrink the photograph?"}, set())
    assert missed(book, set(), set()) == set()


def left_out(name):
    """Sections and exercises in the list under *When late* of a lesson."""
    listed = r"^\*\*When late\.\*\*.*\n\n((?:\d\. .+\n(?:   .+\n)*)+)"
    [items] = re.findall(listed, part(name), re.M)
    exercises = {int(number) for number in re.findall(r"exercise (\d)", items)}
    return set(re.findall(r"\*([A-Z][^*]+)\*", items)), exercises


@lessons
def test_what_can_be_left_out_when_late_is_not_missed(name):
    sections, exercises = left_out(name)
    assert {"From scratch"} <= sections <= headings(name)
    assert missed(LESSONS[name], sections, exercises) == set()


def test_syllabi_fill_the_time_they_state():
    page = TEXT[TEXT.index("## Syllabi"):TEXT.index("## Assessment")]
    starts = [match.start() for match in re.finditer(r"^\| (?:minutes|week) ", page, re.M)]
    evening, day, weeks = (rows(page[start:]) for start in starts)
    for table in (evening, day):
        *minutes, whole = (int(row[0].strip("*")) for row in table)
        assert sum(minutes) == whole
    for _, minutes, room, _ in weeks:
        assert sum(map(int, re.findall(r"\((\d+)\)", room))) == int(minutes)


def minutes_of(entry):
    """Minutes of an entry of a syllabus by the notebooks; None if it is no lesson, no exercise.

    A lesson is its core, less the sections that stand in italics behind *without*.
    """
    lesson = re.match(r"[Ll]esson (\d\d)(?: without (.*))?$", entry)
    if lesson:
        name, core, _, sections = MEASURED[lesson[1]]
        out = set(re.findall(r"\*([^*]+)\*", lesson[2] or ""))
        assert out <= headings(name)
        less = {title for title in out if title != "Exercises"}
        less |= {"Exercise 1"} if "Exercises" in out else set()
        return math.ceil(sum(minutes for title, minutes, optional in sections
                             if not optional and title not in less)) if out else core
    exercises = re.match(r"[Ee]xercises? (\d) of lessons? (\d\d)(?: and (\d\d))?$", entry)
    if exercises:
        which, *lessons = exercises.groups()
        return sum(dict((title, minutes) for title, minutes, _ in MEASURED[number][3])[
            f"Exercise {which}"] for number in lessons if number)
    return None


def test_syllabi_give_lessons_and_exercises_the_minutes_of_the_notebooks():
    page = TEXT[TEXT.index("## Syllabi"):TEXT.index("## Assessment")]
    stated = [(entry, int(minutes)) for minutes, entry
              in re.findall(r"^\| (\d+) \| ([^|]+) \|$", page, re.M)]
    for row in re.findall(r"^\| \d \| \d+ \| ([^|]+) \|", page, re.M):
        stated += [(entry, int(minutes))
                   for entry, minutes in re.findall(r"(?:, )?([^()]+) \((\d+)\)", row)]
    known = [(entry, minutes, minutes_of(entry)) for entry, minutes in stated
             if minutes_of(entry) is not None]
    assert len(known) > 15
    assert [one for one in known if one[1] != one[2]] == []


def test_limits_of_the_hub_follow_from_the_measured_table():
    *measured, (last, server, _, _) = rows(TEXT, "## What a learner's machine needs")
    assert [row[0] for row in measured] == [name[:2] for name in LESSONS] and last == "server"
    server = int(server)
    peak, rest = (max(int(row[column]) for row in measured) for column in (1, 2))
    text = (ROOT / "binder" / "jupyterhub-values.yaml").read_text(encoding="utf-8")
    memory = yaml.safe_load(text)["singleuser"]["memory"]
    guarantee, limit = (int(memory[name].rstrip("M")) for name in ("guarantee", "limit"))
    assert server + rest <= guarantee < server + rest + 100
    assert server + 2 * peak <= limit < server + 2 * peak + 200
    assert server + 3 * peak < 2000 and peak < 1000  # Binder
