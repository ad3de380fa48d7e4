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
from importlib.util import find_spec
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter
from nbconvert.preprocessors import ClearOutputPreprocessor, Preprocessor, TagRemovePreprocessor

REPOSITORY = Path(__file__).resolve().parent.parent
FIRST_LINE = "# Solution. Click the three dots to open it.\n"
LETTERS = 460  # on a slide; the rest of a text is said
LINES = 17  # on a slide
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
            raise ValueError(f"the last line of cell {cell.id} must be the check of its solution; it is {lines[-1]!r}")
        target = next((c for c in kept if re.search(rf"^answer_{number} = \.\.\.", c.source, re.M)), None)
        if target is None:
            raise ValueError(f"no cell before {cell.id} holds the blank 'answer_{number} = ...'")
        # What the blank cell prepares stays; its own blanks go.
        prepared = re.split(rf"^(?:def .*:\n(?:    .*\n|\n)*)?answer_{number} = .*$", target.source, flags=re.M)[0]
        target.source = (prepared + "\n".join(lines[:-1])).replace(f"solution_{number}", f"answer_{number}")
    notebook.cells = kept
    notebook, _ = ClearOutputPreprocessor().preprocess(notebook, {})
    return notebook


def suggest(notebook):
    """Give each cell without a slide type one: questions and pictures are slides, the rest is said or left out."""
    exercises = False
    for cell in notebook.cells:
        headings = re.findall(r"^#{1,2} (.*)", cell.source, re.M) if cell.cell_type == "markdown" else []
        heading = bool(headings) and cell.source.startswith("#")
        if headings:
            exercises = headings[-1] == "Exercises"
        kinds = {kind for output in cell.get("outputs", []) for kind in output.get("data", {"stream": 0})}
        if heading:
            kind = "slide"
        elif exercises:
            kind = "subslide" if re.match(r"\*\*\d\.", cell.source) else "skip"
        elif cell.cell_type == "markdown":
            kind = "notes"
        elif "text/html" in kinds:
            kind = "subslide"
        else:
            kind = "-" if kinds else "skip"
        cell.metadata.setdefault("slideshow", {}).setdefault("slide_type", kind)


class Slides(Preprocessor):
    """Cells to slides: no code, headings short, what is said beside them as speaker notes."""

    def preprocess(self, notebook, resources):
        cells = []
        for cell in notebook.cells:
            kind = cell.metadata.get("slideshow", {}).get("slide_type", "-")
            if kind == "skip" or "solution" in cell.metadata.get("tags", []):
                continue
            if cell.cell_type == "markdown":
                cells += self._text(cell, kind)
            elif cell.cell_type == "code":
                cells += self._outputs(cell, kind)
        # What follows a picture, or would not fit, starts a slide of its own.
        room = 0
        for cell in cells:
            kind, lines = cell.metadata.slideshow.slide_type, _lines(cell)
            if kind == "notes":
                continue
            if kind in ("-", "fragment") and lines > room:
                kind = cell.metadata.slideshow.slide_type = "subslide"
            room = (LINES if kind in ("slide", "subslide") else room) - lines
        for i, cell in enumerate(cells):
            cell.id = f"slide-{i}"  # the same in every build
        notebook.cells = cells
        return notebook, resources

    def _text(self, cell, kind):
        source = re.sub(r"<details>.*?</details>", "", cell.source, flags=re.S).strip()
        at = re.search(r"^#{1,2} ", source, re.M)
        if at and at.start():  # first what is said about the slide before
            before, after = source[:at.start()], source[at.start():]
            return self._text(_markdown(before, ""), "notes") + self._text(_markdown(after, ""), "slide")
        parts, shown = source.split("\n\n"), []
        while parts and kind != "notes" and (not shown or sum(map(len, shown)) + len(parts[0]) < LETTERS):
            shown.append(parts.pop(0))
        made = [_markdown(_mathml("\n\n".join(shown)), kind)] if shown else []
        return made + ([_markdown(_mathml("\n\n".join(parts)), "notes")] if parts else [])

    def _outputs(self, cell, kind):
        cell.source, made = "", []
        for output in cell.outputs:
            plain = output.get("data", {}).get("text/plain", "")
            asked = re.match(r"Predict \(live in JupyterLab\): (.*)", plain, re.S)
            if asked:
                made.append(_markdown(f"**Predict.** {asked[1]}", kind if kind != "subslide" else "-"))
            elif "(live in JupyterLab)" in plain and "text/html" not in output.get("data", {}):
                continue
            else:
                if "text" in output:
                    output.text = output.text.replace(" (no guess committed)", "")
                one = nbformat.v4.new_code_cell(outputs=[output])
                one.metadata.slideshow = {"slide_type": kind}
                made.append(one)
        return made


def _lines(cell):
    """How many lines a cell fills on a slide, about; a picture fills it."""
    if cell.cell_type == "markdown":
        return sum(1 + len(line) // 65 for line in cell.source.split("\n") if line)
    texts = [output.get("text", output.get("data", {}).get("text/plain", "")) for output in cell.outputs]
    pictures = any("text/html" in output.get("data", {}) for output in cell.outputs)
    return LINES if pictures else sum(1 + len(line) // 105 for text in texts for line in text.splitlines())


def _markdown(source, kind):
    return nbformat.v4.new_markdown_cell(source, metadata={"slideshow": {"slide_type": kind}})


def _mathml(source):
    """Formulas as MathML, which browsers draw without a script."""
    from latex2mathml.converter import convert

    source = re.sub(r"\$\$(.+?)\$\$", lambda m: convert(m[1].strip(), display="block"), source, flags=re.S)
    return re.sub(r"(?<!\\)\$([^$\n]+?)\$", lambda m: convert(m[1]), source)


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
    slides(_fresh(folder / "slides"), lessons)


def slides(place, lessons):
    """Write one page for each lesson, the list of them, and reveal.js beside them."""
    here = Path(__file__).parent / "slides"
    # The package sphinx-revealjs brings reveal.js along; without it the page would ask another host.
    reveal = Path(find_spec("sphinx_revealjs").origin).parent / "_static" / "revealjs"
    for part in ("dist", "plugin/notes", "LICENSE"):
        copy = shutil.copytree if (reveal / part).is_dir() else shutil.copy
        (place / "reveal" / part).parent.mkdir(parents=True, exist_ok=True)
        copy(reveal / part, place / "reveal" / part)
    shutil.copy(here / "slides.css", place)
    exporter = SlidesExporter(template_name="slides", extra_template_basedirs=[str(here.parent)], exclude_input=True,
                              exclude_input_prompt=True, exclude_output_prompt=True, reveal_url_prefix="reveal",
                              reveal_theme="white", preprocessors=[Slides])
    titles = {}
    for path in lessons:
        notebook = nbformat.read(path, as_version=4)
        titles[path.stem] = notebook.cells[0].source.split("\n")[0].removeprefix("# ")
        notebook.metadata.title = titles[path.stem]
        body, _ = exporter.from_notebook_node(notebook)
        (place / f"{path.stem}.html").write_text(body, encoding="utf-8")
    items = "\n".join(f'<li><a href="{name}.html">{title}</a></li>' for name, title in titles.items())
    (place / "index.html").write_text(
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Slides</title><main><h1>Slides</h1>'
        f"<p>Arrow keys move, S opens the speaker's notes, F fills the screen.</p><ol>{items}</ol></main></html>\n",
        encoding="utf-8")


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
