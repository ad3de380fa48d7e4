"""The list of lessons, and courses made of a selection of them.

    python tools/course.py                  write course.toml into the pages and the lessons:
                                            maps, links, addresses
    python tools/course.py build my.toml    build/course/: the lessons that my.toml names, in its
                                            order

course.toml in the repository's root is the list of the whole course, and says where the course
lives. A remix is a file of the same form: fewer lessons, another order, other minutes, and for each
lesson other values for its settings. A remix with ``optional = false`` at its top leaves out what
the lessons call optional.
"""

import re
import shutil
import sys
import textwrap
import tomllib
from pathlib import Path
from typing import NamedTuple

import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parent))
import minutes  # noqa: E402

REPOSITORY = Path(__file__).resolve().parent.parent
NOTEBOOKS = REPOSITORY / "notebooks"
# Pages that may hold links to Binder and Colab.
PAGES = ("README.md", "docs/instructors.md")
BINDER, COLAB = "https://mybinder.org/v2/gh/", "https://colab.research.google.com/github/"
# What Google Colab has not; the rest is there, in versions that pyproject.toml allows
# (tests/project/colab.toml).
NOT_ON_COLAB = ("distributed", "donfig", "kneed", "noise", "numcodecs", "pyamg", "python-box",
                "spyndex", "tblib", "zarr", "zict")
PACKAGES = "\n        ".join(textwrap.wrap(" ".join(NOT_ON_COLAB), 56, break_on_hyphens=False))
COLAB_CELL = '''\
# On Google Colab this fetches the course's library; elsewhere nothing.
import sys
from importlib.util import find_spec

if "google.colab" in sys.modules and find_spec("lessons_lib") is None:
    import subprocess
    wanted = """{packages}""".split()
    wanted.append("git+https://github.com/{repository}@{tag}")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    subprocess.run([*pip, *wanted], check=True)'''
HEADER = "| lesson | question | core, minutes | everything |\n|---|---|---|---|\n"


class Lesson(NamedTuple):
    """One entry of the list."""

    file: str  # the name of the notebook without .ipynb
    title: str
    question: str
    minutes: int  # of the core, for one reader alone
    everything: int  # with what is optional
    exercises: tuple  # minutes for each
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
            there = sorted(p.stem for p in NOTEBOOKS.glob("*.ipynb"))
            raise ValueError(f"file={name!r} in {path} must be the name of a notebook, without "
                             f".ipynb; there are {there}")
        fields = ("file", "question", "minutes", "everything", "exercises", "settings")
        extra = set(entry) - set(fields)
        if extra:
            raise ValueError(f"{name} in {path}: unknown {sorted(extra)}; there are "
                             f"{', '.join(fields)}")
        cells = nbformat.read(notebook, as_version=4).cells
        usual = known.get(name)
        question = entry.get("question", usual and usual.question)
        core = entry.get("minutes", usual and usual.minutes)
        everything = max(core or 0, entry.get("everything", usual.everything if usual else 0))
        if not question or not core:
            raise ValueError(f"{name} in {path} must have a question and its minutes")
        settings = entry.get("settings", {})
        for setting in settings:
            if not re.search(rf"^{re.escape(setting)}\b.*=", _parameters(cells).source, re.M):
                raise ValueError(
                    f"{name} in {path} has no setting {setting!r}: see the cell tagged parameters"
                )
        title = re.match(r"# ([^:\n]+)", cells[0].source)[1]  # without what stands behind a colon
        exercises = tuple(entry.get("exercises", usual.exercises if usual else minutes.USUAL))
        lessons.append(Lesson(name, title, question, core, everything, exercises, settings))
    if len({one.file for one in lessons}) < len(lessons):
        raise ValueError(f"{path} names a lesson twice")
    return lessons


def _parameters(cells):
    return next((c for c in cells if "parameters" in c.metadata.get("tags", [])), cells[0])


def address(path=None):
    """Where the course lives on GitHub: its owner and name, and its branch or tag.

    Binder and Colab open that branch or tag.

    Raises
    ------
    ValueError
        If one of them could not stand in a link.
    """
    with open(path or REPOSITORY / "course.toml", "rb") as file:
        content = tomllib.load(file)
    for name, form in (("repository", r"[\w.-]+/[\w.-]+"), ("tag", r"[\w.-]+")):
        if not re.fullmatch(form, str(content.get(name, ""))):
            raise ValueError(f"{name}={content.get(name)!r} in course.toml must look like "
                             f"{ {'repository': 'OWNER/REPO', 'tag': 'main or v1.0'}[name]}")
    return content["repository"], content["tag"]


def write_address(text, repository, tag):
    """The text with its links to Binder and Colab leading to this repository and tag."""
    name = r"[\w.-]+"
    for start, between in ((BINDER, "/"), (COLAB, "/blob/")):
        old = re.escape(start) + f"{name}/{name}{between}{name}"
        text = re.sub(old, start + repository + between + tag, text)
    return text


def add_colab(notebook, repository, tag):
    """Write the cell that fetches the library on Google Colab, behind the opening, in place."""
    source = COLAB_CELL.format(packages=PACKAGES, repository=repository, tag=tag)
    cell = next((c for c in notebook.cells if "colab" in c.metadata.get("tags", [])), None)
    if cell is None:
        # Folded in JupyterLab, absent from the reading site and the slides.
        cell = nbformat.v4.new_code_cell(
            id="colab",
            metadata={
                "jupyter": {"source_hidden": True},
                "slideshow": {"slide_type": "skip"},
                "tags": ["colab", "remove-cell"],
            },
        )
        # Stored counts stay those of a run from top to bottom.
        run = [one for c in notebook.cells if c.cell_type == "code"
               for one in (c, *c.outputs) if one.get("execution_count")]
        for one in run:
            one.execution_count += 1
        cell.execution_count = 1 if run else None
        notebook.cells.insert(1, cell)
    cell.source = source


def table(lessons, folder="", here=None, where=None):
    """The list as a Markdown table; the lesson `here` is bold and no link.

    With an address, `where`, it has links to Google Colab.
    """

    def name(one):
        label = f"{one.file[:2]} {one.title}"
        if one.file == here:
            return f"**{label}**"
        link = f"[{label}]({folder}{one.file}.ipynb)"
        if where is None:
            return link
        return f"{link} · [Colab]({COLAB}{where[0]}/blob/{where[1]}/notebooks/{one.file}.ipynb)"

    return HEADER + "\n".join(f"| {name(one)} | {one.question} | {one.minutes} | {one.everything} |"
                              for one in lessons)


def link(notebook, lessons, i):
    """Write the map and the links to the lessons around it into lesson number i, in place."""

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
    last = next(
        (c for c in notebook.cells if "**Further reading.**" in c.source), notebook.cells[-1]
    )
    body = re.split(r"\n\n(?=(?:Before|Next|Back to)[^\n]*: \[)", last.source.rstrip())[0]
    last.source = "\n\n".join([body, " ".join(sentences)]) if sentences else body
    # Other lessons that are named on the way but are not in this course become plain text.
    chosen = {one.file for one in lessons}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\[([^\]]+)\]\((\w+)\.ipynb\)",
                                 lambda m: m[0] if m[2] in chosen else m[1], cell.source)
    one = lessons[i]
    more = f"; {one.everything} with all that is optional" if one.everything > one.minutes else ""
    notebook.cells[0].source = re.sub(
        r"\*\*Time\*\* \d+ minutes[^\n]*", f"**Time** {one.minutes} minutes{more}.",
        notebook.cells[0].source)


def replace_table(text, new):
    """Put the table `new` in the place of the one in the text."""
    old = re.escape(HEADER) + r"(?:\|.*(?:\n|\Z))*"
    replaced = re.sub(old, lambda _: new + "\n", text).rstrip("\n")
    return replaced + ("\n" if text.endswith("\n") else "")


def write():
    """Write the list of the whole course, and where it lives, into the pages and the lessons."""
    minutes.write(REPOSITORY)
    lessons, where = read(), address()
    for name in PAGES:
        page = REPOSITORY / name
        listed = table(lessons, "notebooks/", where=where)
        text = replace_table(page.read_text(encoding="utf-8"), listed)
        page.write_text(write_address(text, *where), encoding="utf-8")
    for i, one in enumerate(lessons):
        path = NOTEBOOKS / f"{one.file}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        link(notebook, lessons, i)
        list_optional(notebook, one.exercises)
        add_colab(notebook, *where)
        nbformat.write(notebook, path)


def list_optional(notebook, exercises):
    """Write what is optional, with its minutes, under *Going deeper*, in place."""
    spent = {}
    for title, each, optional in minutes.sections(notebook, exercises):
        if optional and title != "Going deeper":
            title = "More exercises" if title.startswith("Exercise ") else title
            spent[title] = spent.get(title, 0) + each
    listed = [f"- {title}, {max(1, round(each))} minute{'s' * (round(each) > 1)}"
              for title, each in spent.items()]
    for cell in notebook.cells:
        if cell.source.startswith("## Going deeper"):
            kept = [line for line in cell.source.split("\n") if not line.startswith("- ")]
            cell.source = "\n".join(kept).rstrip() + "\n\n" + "\n".join(listed)


def build(path, folder=REPOSITORY / "build" / "course"):
    """Write the lessons of a remix to a folder.

    Settings go into a cell tagged ``injected-parameters`` behind the lesson's own (as papermill
    does it); a lesson with other settings loses its stored outputs, which belong to the usual ones.

    Returns
    -------
    list of Lesson
    """
    lessons, folder = read(path), Path(folder)
    with open(path, "rb") as file:
        optional = tomllib.load(file).get("optional", True)
    if not isinstance(optional, bool):
        raise ValueError(f"optional={optional!r} in {path} must be true or false")
    if not optional:
        lessons = [one._replace(everything=one.minutes) for one in lessons]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for i, one in enumerate(lessons):
        notebook = nbformat.read(NOTEBOOKS / f"{one.file}.ipynb", as_version=4)
        if not optional:
            notebook.cells = [cell for cell in notebook.cells
                              if "optional" not in cell.metadata.get("tags", [])]
        link(notebook, lessons, i)
        if one.settings:
            code = "\n".join(f"{name} = {value!r}" for name, value in one.settings.items())
            cell = nbformat.v4.new_code_cell(
                code, id="injected", metadata={"tags": ["injected-parameters"]}
            )
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
