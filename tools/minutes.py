"""How long a lesson takes one reader alone, computed from its notebook.

    python tools/minutes.py          the minutes of each section of each lesson
    python tools/minutes.py write    the same, and the sums into course.toml
                                     (`make lessons` does this)

The core ends where *Going deeper* begins; what is tagged ``optional`` comes on top.
"""

import math
import re
import sys
import tomllib
from pathlib import Path

import nbformat

REPOSITORY = Path(__file__).resolve().parent.parent
# Reading aloud takes as long as reading with thought.
WORDS_A_MINUTE = 130
LINE = 6 / 60  # of code
GLANCE = 30 / 60  # at a picture, or over a guess
EXPLORER = 3
USUAL = (4, 6, 10)  # minutes for exercises that state none


def of_cell(cell):
    """Minutes for one cell; the cells of an exercise are counted elsewhere."""
    if cell.cell_type == "markdown":
        text = re.sub(r"\]\([^)]*\)|<[^>]+>", " ", cell.source)
        return len(re.findall(r"\w+(?:['’-]\w+)*", text)) / WORDS_A_MINUTE
    if "colab" in cell.metadata.get("tags", []):  # folded
        return 0
    if re.search(r"\bfilmstrip\(", cell.source):  # the explorer's own pictures, folded
        return 0
    if re.search(r"(\b|_)(explorer|stepper)\(", cell.source):
        return EXPLORER
    lines = [line for line in cell.source.splitlines() if line.strip()]
    pictures = sum("<img" in output.get("data", {}).get("text/html", "") for output in cell.outputs)
    return LINE * len(lines) + GLANCE * (pictures + cell.source.count("Prediction("))


def sections(notebook, exercises):
    """Title, minutes and whether it is optional, of each section.

    Parameters
    ----------
    notebook : NotebookNode
        With its outputs.
    exercises : sequence of float
        Minutes for each of its exercises.
    """
    found, exercise = [["Opening", 0, False]], None
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        heading = re.match(r"#{2,3} (.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            exercise = None
            found.append([heading[1], 0, "optional" in tags])
        number = re.search(r"^\*\*(\d)\. ", cell.source, re.M)
        if cell.cell_type == "markdown" and number:
            exercise = int(number[1])
            found.append([f"Exercise {exercise}", exercises[exercise - 1], "optional" in tags])
        elif exercise is None:
            found[-1][1] += of_cell(cell)
    return [tuple(one) for one in found]


def sums(notebook, exercises):
    """Minutes of the core and of everything, in whole numbers."""
    found = sections(notebook, exercises)
    core = sum(minutes for _, minutes, optional in found if not optional)
    return math.ceil(core), math.ceil(sum(minutes for _, minutes, _ in found))


def measure(root=REPOSITORY):
    """For each lesson of course.toml: its name, its core, everything, its sections."""
    with open(root / "course.toml", "rb") as file:
        lessons = tomllib.load(file)["lessons"]
    for one in lessons:
        path = root / "notebooks" / f"{one['file']}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        exercises = one.get("exercises", USUAL)
        yield one["file"], *sums(notebook, exercises), sections(notebook, exercises)


def write(root=REPOSITORY):
    """Put the sums into course.toml."""
    path = root / "course.toml"
    text = path.read_text(encoding="utf-8")
    for name, core, everything, _ in measure(root):
        entry = re.compile(
            rf'(file = "{name}"\n(?:(?!\[\[).*\n)*?)minutes = \d+\neverything = \d+\n'
        )
        text = entry.sub(rf"\g<1>minutes = {core}\neverything = {everything}\n", text)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        write()
    for name, core, everything, parts in measure():
        print(f"{name}: core {core}, everything {everything}")
        for title, minutes, optional in parts:
            print(f"  {minutes:5.1f} {'optional  ' if optional else '          '}{title}")
