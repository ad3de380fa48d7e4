"""The page for instructors: its recipes run, and what it says of the lessons is so."""

import os
import re
import subprocess
import symtable
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from tests.project.files import copy

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
LESSONS = {path.stem: nbformat.read(path, as_version=4) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
RECIPES = dict(re.findall(r"^### ([^\n]+)\n(?:(?!^###? ).)*?```python\n(.*?)```",
                          TEXT[TEXT.index("## Five common changes"):], re.M | re.S))
lessons = pytest.mark.parametrize("name", LESSONS)


def part(name):
    """What the page says of one lesson."""
    found = re.search(rf"^## Lesson {name[:2]}: .*?(?=^## )", TEXT, re.M | re.S)
    assert found, f"docs/instructors.md needs a section '## Lesson {name[:2]}: ...'"
    return found[0]


def test_there_are_five_recipes():
    assert len(RECIPES) == 5


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_runs_on_a_copy(recipe, tmp_path):
    copy(tmp_path, "docs", "lessons_lib", "notebooks", "tests", "tools", "README.md", "course.toml",
         "pyproject.toml")
    (tmp_path / "change.py").write_text(RECIPES[recipe], encoding="utf-8")
    ran = subprocess.run([sys.executable, "-W", "ignore", "change.py"], cwd=tmp_path, capture_output=True, text=True,
                         env={**os.environ, "PYTHONPATH": str(tmp_path)}, timeout=300, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.strip()


@lessons
def test_a_plan_fills_the_minutes_of_its_lesson(name):
    minutes = int(re.search(r"\*\*Time\*\* (\d+) minutes", LESSONS[name].cells[0].source)[1])
    said = part(name)
    assert re.search(rf"\]\(\.\./notebooks/{name}\.ipynb\), {minutes} minutes\.", said)
    plan = said[said.index("| minutes | what"):].split("\n\n")[0]
    assert sum(map(int, re.findall(r"^\| (\d+) \|", plan, re.M))) == minutes


@lessons
def test_every_prediction_is_collected(name):
    asked = [re.sub(r"^Predict \(live in JupyterLab\): ", "", text) for cell in LESSONS[name].cells
             for output in cell.get("outputs", []) if (text := output.get("data", {}).get("text/plain", "")).startswith("Predict")]
    said = re.sub(r"\s+", " ", part(name))
    assert asked
    assert [question for question in asked if re.sub(r"\s+", " ", question) not in said] == []


@lessons
def test_headings_named_in_the_plan_exist(name):
    there = {line.lstrip("# ").strip() for cell in LESSONS[name].cells if cell.cell_type == "markdown"
             for line in cell.source.splitlines() if line.startswith("## ")}
    plan = part(name)[part(name).index("| minutes | what"):].split("\n\n")[0]
    named = re.findall(r"\*([^*]+)\*", "\n".join(line.split("|")[3] for line in plan.splitlines()[2:]))
    assert named and set(named) <= there, set(named) - there


def names(table, top=True):
    """Names that a piece of code makes for later cells, and names that it uses."""
    symbols = table.get_symbols()
    made = {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}
    used = {symbol.get_name() for symbol in symbols if symbol.is_referenced() and (top or symbol.is_global())}
    return made, used.union(*(names(child, False)[1] for child in table.get_children()))


def missed(notebook, headings, exercises):
    """Names that are used although the sections, and the exercises, that make them are left out.

    A name that a cell both uses and makes is taken for its own.
    """
    section, exercise, there, gone, missing = "", 0, set(), set(), set()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            section = ([section] + re.findall(r"^## (.*)", cell.source, re.M))[-1]
            exercise = int((re.findall(r"^\*\*(\d)\. ", cell.source, re.M) or [exercise])[-1])
            continue
        made, used = names(symtable.symtable(cell.source, "cell", "exec"))
        if section in headings or section == "Exercises" and exercise in exercises:
            gone |= made - there
        else:
            missing |= used & gone - made
            there |= made
            gone -= made
        exercise += "solution" in cell.metadata.get("tags", [])  # what follows prepares the next one
    return missing


def test_names_that_a_section_makes_are_missed():
    book = LESSONS["02_coins"]
    assert missed(book, {"Must you shrink the photograph?"}, set())
    assert missed(book, set(), set()) == set()


@lessons
def test_what_can_be_left_out_when_late_is_not_missed(name):
    late = re.sub(r"\s+", " ", part(name)[part(name).index("**When late.**"):].split("\n\n")[0])
    there = {h for cell in LESSONS[name].cells if cell.cell_type == "markdown" for h in re.findall(r"^## (.*)", cell.source, re.M)}
    out, exercises = set(), set()
    for sentence in re.split(r"(?<=\.) ", late):
        if re.search(r"Leave out|can go|may wait", sentence):
            named = set(re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", sentence))
            assert named <= there, named - there
            out |= named
            exercises |= {int(n) for n in re.findall(r"exercise (\d)", sentence)}
    assert "From scratch" in out
    assert missed(LESSONS[name], out, exercises) == set()


def test_syllabi_fill_the_time_they_state():
    page = TEXT[TEXT.index("## Syllabi"):TEXT.index("## Assessment")]
    _, evening, day = page.split("**A four-week lab.**")[0].split("| minutes | what |")
    evening, day = (sum(map(int, re.findall(r"^\| (\d+) \| ", table, re.M))) for table in (evening, day))
    weeks = re.findall(r"^\| \d \| (.*?) \|", page[page.index("| week |"):], re.M)
    assert "**90 minutes.**" in page and evening == 90
    assert "**One day.** Six hours" in page and day == 360
    assert "two hours a week" in page and [sum(map(int, re.findall(r"\((\d+)\)", week))) for week in weeks] == [120] * 4


def test_limits_of_the_hub_follow_from_the_measured_table():
    page = TEXT[TEXT.index("## What a learner's machine needs"):]
    rows = {number: (int(peak), int(rest)) for number, peak, rest in re.findall(
        r"^\| (\d\d) \| (\d+) \| (\d+) \| \d+ \|$", page, re.M)}
    assert list(rows) == [name[:2] for name in LESSONS], "run make rehearse, and put each lesson into the table"
    peak, rest = (max(column) for column in zip(*rows.values()))
    server = int(re.search(r"the server takes \d+ to (\d+) MB more", page)[1])
    values = yaml.safe_load((ROOT / "binder" / "jupyterhub-values.yaml").read_text(encoding="utf-8"))["singleuser"]["memory"]
    assert server + rest <= int(values["guarantee"].rstrip("M")) < server + rest + 100
    assert server + 2 * peak <= int(values["limit"].rstrip("M")) < server + 2 * peak + 200
    assert f"({server} + {rest} MB)" in page and f"({server} + 2 × {peak} MB)" in page
    assert server + 3 * peak < 2000 and peak < 1000  # Binder
