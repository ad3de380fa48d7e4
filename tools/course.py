"""The list of lessons, and courses made of a selection of them.

    python tools/course.py                  write the list into README.md and the lessons: maps and links
    python tools/course.py build my.toml    build/course/: the lessons that my.toml names, in its order

course.toml in the repository's root is the list of the whole course. A remix is a file of the same
form: fewer lessons, another order, other minutes, and for each lesson other values for its settings.
"""
import re
import shutil
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import nbformat

REPOSITORY = Path(__file__).resolve().parent.parent
NOTEBOOKS = REPOSITORY / "notebooks"
HEADER = "| lesson | question | minutes |\n|---|---|---|\n"


class Lesson(NamedTuple):
    """One entry of the list."""

    file: str  # the name of the notebook without .ipynb
    title: str
    question: str
    minutes: int
    settings: dict  # for the parameters cell


def read(path=None):
    """Read a list of lessons; by default that of the whole course.

    Raises
    ------
    ValueError
        If an entry is incomplete, names no notebook, or sets what the lesson does not have.
    """
    whole = REPOSITORY / "course.toml"
    path = Path(path or whole)
    with open(path, "rb") as file:
        entries = tomllib.load(file).get("lessons", [])
    if not entries:
        raise ValueError(f"{path} must have at least one [[lessons]]")
    known = {} if path == whole else {one.file: one for one in read()}
    lessons = []
    for entry in entries:
        name = entry.get("file")
        notebook = NOTEBOOKS / f"{name}.ipynb"
        if not notebook.is_file():
            raise ValueError(f"file={name!r} in {path} must be the name of a notebook, without .ipynb; there are "
                             f"{sorted(p.stem for p in NOTEBOOKS.glob('*.ipynb'))}")
        extra = set(entry) - {"file", "question", "minutes", "settings"}
        if extra:
            raise ValueError(f"{name} in {path}: unknown {sorted(extra)}; there are file, question, minutes, settings")
        cells = nbformat.read(notebook, as_version=4).cells
        usual = known.get(name)
        question = entry.get("question", usual and usual.question)
        minutes = entry.get("minutes", usual and usual.minutes)
        if not question or not minutes:
            raise ValueError(f"{name} in {path} must have a question and its minutes")
        settings = entry.get("settings", {})
        for setting in settings:
            if not re.search(rf"^{re.escape(setting)}\b.*=", _parameters(cells).source, re.M):
                raise ValueError(f"{name} in {path} has no setting {setting!r}: see its first code cell")
        title = re.match(r"# ([^:\n]+)", cells[0].source)[1]  # without what stands behind a colon
        lessons.append(Lesson(name, title, question, minutes, settings))
    if len({one.file for one in lessons}) < len(lessons):
        raise ValueError(f"{path} names a lesson twice")
    return lessons


def _parameters(cells):
    return next((c for c in cells if "parameters" in c.metadata.get("tags", [])), cells[0])


def table(lessons, folder="", here=None):
    """The list as a Markdown table; the lesson `here` is bold and no link."""
    def name(one):
        label = f"{one.file[:2]} {one.title}"
        return f"**{label}**" if one.file == here else f"[{label}]({folder}{one.file}.ipynb)"

    return HEADER + "\n".join(f"| {name(one)} | {one.question} | {one.minutes} |" for one in lessons)


def link(notebook, lessons, i):
    """Write the map and the links to the lessons before and after into lesson number i; changes it in place."""
    def to(one):
        return f"[{one.file[:2]} {one.title}]({one.file}.ipynb)"

    for cell in notebook.cells:
        if HEADER in cell.source:
            cell.source = replace_table(cell.source, table(lessons, here=lessons[i].file))
    sentences = [f"Before: {to(lessons[i - 1])}."] if i else []
    if i + 1 < len(lessons):
        sentences.append(f"Next: {to(lessons[i + 1])}.")
    elif i:
        sentences.append(f"Back to the start: {to(lessons[0])}.")
    last = notebook.cells[-1]
    body = re.split(r"\n\n(?=(?:Before|Next|Back to)[^\n]*: \[)", last.source.rstrip())[0]
    last.source = "\n\n".join([body, " ".join(sentences)]) if sentences else body
    # Other lessons that are named on the way but are not in this course become plain text.
    chosen = {one.file for one in lessons}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\[([^\]]+)\]\((\w+)\.ipynb\)",
                                 lambda m: m[0] if m[2] in chosen else m[1], cell.source)
    notebook.cells[0].source = re.sub(r"\*\*Time\*\* \d+ minutes", f"**Time** {lessons[i].minutes} minutes",
                                      notebook.cells[0].source)


def replace_table(text, new):
    """Put the table `new` in the place of the one in the text."""
    return re.sub(re.escape(HEADER) + r"(?:\|.*(?:\n|\Z))*", lambda _: new + "\n", text).rstrip("\n") \
        + ("\n" if text.endswith("\n") else "")


def write():
    """Write the list of the whole course into README.md and the lessons."""
    lessons = read()
    readme = REPOSITORY / "README.md"
    readme.write_text(replace_table(readme.read_text(encoding="utf-8"), table(lessons, "notebooks/")), encoding="utf-8")
    for i, one in enumerate(lessons):
        path = NOTEBOOKS / f"{one.file}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        link(notebook, lessons, i)
        nbformat.write(notebook, path)


def build(path, folder=REPOSITORY / "build" / "course"):
    """Write the lessons of a remix to a folder.

    Settings go into a cell tagged ``injected-parameters`` behind the lesson's own (as papermill does it); a lesson
    with other settings loses its stored outputs, which belong to the usual ones.

    Returns
    -------
    list of Lesson
    """
    lessons, folder = read(path), Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for i, one in enumerate(lessons):
        notebook = nbformat.read(NOTEBOOKS / f"{one.file}.ipynb", as_version=4)
        link(notebook, lessons, i)
        if one.settings:
            code = "\n".join(f"{name} = {value!r}" for name, value in one.settings.items())
            cell = nbformat.v4.new_code_cell(code, id="injected", metadata={"tags": ["injected-parameters"]})
            notebook.cells.insert(notebook.cells.index(_parameters(notebook.cells)) + 1, cell)
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cell.outputs, cell.execution_count = [], None
        nbformat.write(notebook, folder / f"{one.file}.ipynb")
    return lessons


if __name__ == "__main__":
    if sys.argv[1:2] == ["build"]:
        build(*sys.argv[2:])
    else:
        write()
