"""Make what a class needs from the notebooks: handouts, answers and slides, below build/.

    python tools/handout.py [folder]
    python tools/handout.py types         give cells without a slide type one, in the notebooks

- ``handout/``: the lessons without solutions and outputs, also in one file, lessons.zip;
- ``answers/``: the lessons with each blank filled in by its solution;
- ``slides/``: one reveal.js page for each lesson, with speaker notes (press S). Open index.html.

The notebooks are the only source. What becomes a slide is said by the slide type of each cell,
which JupyterLab shows and changes in its property inspector.
"""
import re
import shutil
import sys
import zipfile
from pathlib import Path

import nbformat
from nbconvert.preprocessors import ClearOutputPreprocessor, TagRemovePreprocessor

import slide_pages

REPOSITORY = Path(__file__).resolve().parent.parent
FIRST_LINE = "# Solution. Click the three dots to open it.\n"
TYPES = ("slide", "subslide", "fragment", "-", "skip", "notes")


def blank(notebook):
    """The learner's notebook: no solutions, no outputs, no execution counts."""
    notebook, resources = nbformat.from_dict(notebook), {}
    for step in (TagRemovePreprocessor(remove_cell_tags={"solution"}), ClearOutputPreprocessor()):
        step.enabled = True
        notebook, resources = step.preprocess(notebook, resources)
    for cell in notebook.cells:
        cell.metadata.pop("slideshow", None)
    return notebook


def answered(notebook):
    """The answer key: each solution stands in the blank it belongs to.

    Raises
    ------
    ValueError
        If an exercise has no blank ``answer_n = ...`` before its solution.
    """
    notebook = nbformat.from_dict(notebook)
    kept = []
    for cell in notebook.cells:
        if "solution" not in cell.metadata.get("tags", []):
            kept.append(cell)
            continue
        code = cell.source.removeprefix(FIRST_LINE)
        number = re.findall(r"\bsolution_(\d)\b", code)[0]
        lines = code.rstrip().split("\n")
        if not lines[-1].startswith("check."):
            raise ValueError(f"the last line of cell {cell.id} must be the check of its solution; "
                             f"it is {lines[-1]!r}")
        blank = re.compile(rf"^answer_{number} = \.\.\.", re.M)
        target = next((c for c in kept if blank.search(c.source)), None)
        if target is None:
            raise ValueError(f"no cell before {cell.id} holds the blank 'answer_{number} = ...'")
        # What the blank cell prepares stays; its own blanks go.
        blank = rf"^(?:def .*:\n(?:    .*\n|\n)*)?answer_{number} = .*$"
        prepared = re.split(blank, target.source, flags=re.M)[0]
        source = prepared + "\n".join(lines[:-1])
        target.source = source.replace(f"solution_{number}", f"answer_{number}")
    notebook.cells = kept
    notebook, _ = ClearOutputPreprocessor().preprocess(notebook, {})
    return notebook


def suggest(notebook):
    """Give each cell without a slide type one.

    Questions and pictures are slides, the rest is said or left out.
    """
    exercises = False
    for cell in notebook.cells:
        headings = []
        if cell.cell_type == "markdown":
            headings = re.findall(r"^#{1,3} (.*)", cell.source, re.M)
        heading = bool(headings) and cell.source.startswith("#")
        if headings:
            exercises = headings[-1] in ("Exercises", "More exercises")
        kinds = set()
        for output in cell.get("outputs", []):
            kinds |= set(output.get("data", {"stream": 0}))
        if heading:
            kind = "slide"
        elif headings:
            kind = "notes"  # up to its heading
        elif exercises:
            kind = "subslide" if re.match(r"\*\*\d\.", cell.source) else "skip"
        elif cell.cell_type == "markdown":
            kind = "notes"
        else:
            kind = "-" if kinds else "skip"
        cell.metadata.setdefault("slideshow", {}).setdefault("slide_type", kind)


def build(folder=REPOSITORY / "build", lessons=None):
    """Write handout/, answers/ and slides/ below `folder`, from nothing.

    Parameters
    ----------
    folder : path
    lessons : sequence of path, optional
        By default all of notebooks/.
    """
    folder = Path(folder)
    lessons = [Path(p) for p in lessons or sorted((REPOSITORY / "notebooks").glob("*.ipynb"))]
    for name, make in (("handout", blank), ("answers", answered)):
        place = _fresh(folder / name)
        for path in lessons:
            nbformat.write(make(nbformat.read(path, as_version=4)), place / path.name)
    with zipfile.ZipFile(folder / "handout" / "lessons.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in lessons:
            # A fixed date: the same lessons make the same file.
            entry = zipfile.ZipInfo(path.name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (folder / "handout" / path.name).read_bytes())
    slide_pages.write(_fresh(folder / "slides"), lessons)


def _fresh(place):
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place


def write_types():
    """Store a slide type in each cell that has none."""
    for path in sorted((REPOSITORY / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        suggest(notebook)
        nbformat.write(notebook, path)


if __name__ == "__main__":
    if sys.argv[1:] == ["types"]:
        write_types()
    else:
        build(*sys.argv[1:2])
