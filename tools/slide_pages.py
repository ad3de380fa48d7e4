"""Slides from notebooks: one reveal.js page for each lesson, 1280 x 720, with speaker notes.

The slide type of each cell says what is shown (slide, subslide, -), said (notes) or left out
(skip). From that follow the slides: no code, short texts, each picture as large as there is room
for it, no answer before its guess.
"""

import base64
import io
import re
import shutil
from importlib.util import find_spec
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter
from nbconvert.preprocessors import Preprocessor
from PIL import Image

LETTERS = 460  # on a slide; the rest of a text is said
WIDTH, HEIGHT = 1200, 650  # room on a slide, in pixels: see slides/slides.css
PICTURE = 400  # the least height of a picture


def write(place, lessons):
    """Write a page for each lesson, their list, and reveal.js, into a folder that exists."""
    here = Path(__file__).parent / "slides"
    # The package sphinx-revealjs brings reveal.js along; without it the page would ask another
    # host.
    reveal = Path(find_spec("sphinx_revealjs").origin).parent / "_static" / "revealjs"
    for part in ("dist", "plugin/notes", "LICENSE"):
        copy = shutil.copytree if (reveal / part).is_dir() else shutil.copy
        (place / "reveal" / part).parent.mkdir(parents=True, exist_ok=True)
        copy(reveal / part, place / "reveal" / part)
    shutil.copy(here / "slides.css", place)
    exporter = SlidesExporter(
        template_name="slides",
        extra_template_basedirs=[str(here.parent)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        reveal_url_prefix="reveal",
        reveal_theme="white",
        preprocessors=[Slides],
    )
    titles = {}
    for path in lessons:
        notebook = nbformat.read(path, as_version=4)
        titles[path.stem] = notebook.cells[0].source.split("\n")[0].removeprefix("# ")
        notebook.metadata.title = titles[path.stem]
        body, _ = exporter.from_notebook_node(notebook)
        (place / f"{path.stem}.html").write_text(body, encoding="utf-8")
    items = [f'<li><a href="{name}.html">{title}</a></li>' for name, title in titles.items()]
    page = ['<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Slides</title>'
            "<main><h1>Slides</h1>"
            "<p>Arrow keys move, S opens the speaker's notes, F fills the screen.</p><ol>",
            "\n".join(items), "</ol></main></html>\n"]
    (place / "index.html").write_text("".join(page), encoding="utf-8")


class Slides(Preprocessor):
    """Cells to slides: no code, and what is said about them as speaker notes."""

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
        notebook.cells = self._on_slides(cells)
        for i, cell in enumerate(notebook.cells):
            cell.id = f"slide-{i}"  # the same in every build
        return notebook, resources

    def _on_slides(self, cells):
        """Start a slide for what would not fit, under the name of its section.

        No answer stands before its guess.
        """
        made, room, asked, section = [], 0, False, ""
        for i, cell in enumerate(cells):
            kind = cell.metadata.slideshow.slide_type
            if kind == "notes":
                made.append(cell)
                continue
            section = ([section] + re.findall("^#{1,2} (.+)", cell.source, re.M))[-1]
            if asked and kind == "-":
                kind = "subslide" if cell.metadata.get("picture") else "fragment"
            asked = cell.source.startswith("**Predict.**")
            if kind in ("-", "fragment") and not _fits(cell, room):
                kind = "subslide"
            if kind in ("slide", "subslide"):
                room = HEIGHT
            if kind == "subslide":
                made.append(_markdown(f'<p class="section">{section}</p>', kind))
                room, kind = room - 42, "-"
            if _figure(cell):
                room -= _fit(cell, room, cells[i + 1:])
            else:
                room -= _height(cell)
            cell.metadata.slideshow.slide_type = kind
            made.append(cell)
        return made

    def _text(self, cell, kind):
        source = re.sub(r"<details>.*?</details>", "", cell.source, flags=re.S).strip()
        at = re.search(r"^#{1,2} ", source, re.M)
        if at and at.start():  # first what is said about the slide before
            before = self._text(_markdown(source[:at.start()], ""), "notes")
            return before + self._text(_markdown(source[at.start():], ""), "slide")
        parts, shown = source.split("\n\n"), []
        while parts and kind != "notes" and (not shown or parts[0].startswith("$$")
                                             or sum(map(len, shown)) + len(parts[0]) < LETTERS):
            shown.append(parts.pop(0))
        if len(shown) > 1 and re.fullmatch(r"\*\*[^*]+\*\*", shown[-1]):
            parts.insert(0, shown.pop())  # a label without what it labels
        made = [_markdown(_mathml("\n\n".join(shown)), kind)] if shown else []
        return made + ([_markdown(_mathml("\n\n".join(parts)), "notes")] if parts else [])

    def _outputs(self, cell, kind):
        made = []
        for output in cell.outputs:
            data = output.get("data", {})
            plain = data.get("text/plain", "")
            asked = re.match(r"Predict \(live in JupyterLab\): (.*)", plain, re.S)
            if "<img" in data.get("text/html", ""):
                # A filmstrip is folded where its explorer lives, not here.
                data["text/html"] = re.sub(r"<details><summary>.*?</summary>|</details>", "",
                                           data["text/html"], flags=re.S)
                made += [_code(one, kind) for one in _parts(output)]
            elif asked:
                made.append(_markdown(f"**Predict.** {asked[1]}", kind))
            elif "(live in JupyterLab)" not in plain:
                if "text" in output:
                    output.text = output.text.replace(" (no guess committed)", "")
                made.append(_code(output, kind))
        for one in made:
            one.metadata.picture = any(map(_figure, made))  # whether its cell shows one
        return made


def _code(output, kind):
    cell = nbformat.v4.new_code_cell(outputs=[output], metadata={"slideshow": {"slide_type": kind}})
    cell.metadata.tags = [_type(cell)[0]]
    return cell


def _figure(cell):
    """The HTML of the picture that a cell shows; empty for none."""
    shown = (output.get("data", {}).get("text/html", "") for output in cell.get("outputs", []))
    return "".join(text for text in shown if "<img" in text)


def _printed(cell):
    lines = []
    for output in cell.outputs:
        text = output.get("text", output.get("data", {}).get("text/plain", ""))
        lines += text.splitlines()
    return lines


def _type(cell):
    """How large printed text is set: name, letters in a line, pixels from line to line."""
    lines = _printed(cell)
    longest = max(map(len, lines), default=0)
    if longest <= 80 and len(lines) <= 10:
        return "large", 80, 30
    return ("small", 96, 25) if longest <= 96 and len(lines) <= 16 else ("smallest", 120, 20)


def _height(cell):
    """Pixels that text takes on a slide, about."""
    def lines(text, letters):
        return sum(1 + len(line) // letters for line in text.split("\n"))

    if cell.cell_type == "code":
        _, letters, line = _type(cell)
        return 34 + line * sum(1 + len(text) // letters for text in _printed(cell))
    height = 0
    for block in filter(None, cell.source.split("\n\n")):
        size = len(re.match("#*", block)[0])
        if size:
            height += 30 + 72 * lines(block, 34) if size == 1 else 24 + 53 * lines(block, 38)
        elif block.startswith(("- ", "1. ", "|")):
            height += 18 + 41 * lines(block, 66)
        elif block.startswith("<math"):
            height += 90
        else:
            height += 18 + 41 * lines(block.replace("\n", " "), 62)
    return height


def _fits(cell, room):
    """Whether there is room for a cell.

    Below more than a line or two a picture needs its own height, to stay readable.
    """
    if not _figure(cell):
        return _height(cell) <= room
    _, (width, height), caption = _picture(_figure(cell))
    least = PICTURE if room > HEIGHT - 120 else max(PICTURE, min(height, 550))
    return min(least, WIDTH * height / width) + caption <= room


def _picture(text):
    """The image of a figure, its size, and the height of its caption in pixels."""
    data = base64.b64decode(re.search(r'src="data:image/\w+;base64,([^"]+)"', text)[1])
    image = Image.open(io.BytesIO(data))
    caption = re.search(r"<figcaption>(.*?)</figcaption>", text, re.S)
    return image, image.size, 12 + 29 * (1 + len(caption[1]) // 105) if caption else 0


def _fit(cell, room, following):
    """Give the picture of a cell the height that is left for it; returns that, with its caption.

    Printed text that comes right after it stays on its slide if the picture need not shrink much
    for it.
    """
    data = cell.outputs[0].data
    _, (width, height), caption = _picture(data["text/html"])
    high, free = min(room - caption, WIDTH * height / width), room - caption
    for after in following:
        if after.cell_type != "code" or _figure(after):
            break
        if after.metadata.slideshow.slide_type != "-":
            break
        free -= _height(after)
        if free < 0.85 * high:
            break
        high = min(high, free)
    shown = f'style="height:{high:.0f}px"'
    data["text/html"] = data["text/html"].replace('style="max-width:100%"', shown, 1)
    return high + caption


def _parts(output):
    """A picture of several rows of panels, too tall for a slide, in parts that are not."""
    text = output.data["text/html"]
    tops = re.search(r'data-tops="([\d ]+)"', text)
    image, (width, height), _ = _picture(text)
    if not tops or height < 0.75 * width:
        return [output]
    rows, cuts = [*map(int, tops[1].split()), height], [0]
    for top, bottom in zip(rows, rows[1:]):
        if top and bottom - cuts[-1] > 0.6 * width:
            cuts.append(top)
    parts = []
    for i, (top, bottom) in enumerate(zip(cuts, [*cuts[1:], height])):
        file = io.BytesIO()
        image.convert("RGB").crop((0, top, width, bottom)).save(file, "webp", quality=90)
        encoded = base64.b64encode(file.getvalue()).decode()
        made = re.sub(r'src="[^"]+"', f'src="data:image/webp;base64,{encoded}"', text)
        made = made.replace(' alt="', f' alt="Part {i + 1} of {len(cuts)}. ', 1)
        if bottom < height:
            made = re.sub(r"<figcaption>.*?</figcaption>", "", made, flags=re.S)
        parts.append(nbformat.v4.new_output("display_data", {"text/html": made}))
    return parts if len(parts) > 1 else [output]


def _markdown(source, kind):
    return nbformat.v4.new_markdown_cell(source, metadata={"slideshow": {"slide_type": kind}})


def _mathml(source):
    """Formulas as MathML, which browsers draw without a script."""
    from latex2mathml.converter import convert

    def block(match):
        return convert(match[1].strip(), display="block")

    source = re.sub(r"\$\$(.+?)\$\$", block, source, flags=re.S)
    return re.sub(r"(?<!\\)\$([^$\n]+?)\$", lambda m: convert(m[1]), source)
