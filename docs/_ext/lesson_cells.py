"""Cells on a page: boxes for sliders and questions, folded solutions, pictures in files."""
import base64
import hashlib
import io
import re
from pathlib import Path

from docutils import nodes
from PIL import Image

LIVE = re.compile(
    r"(?:(?P<kind>[A-Z]\w+): )?(?P<title>.*?) ?\(live in JupyterLab\)[.:]?\s*(?P<text>.*)", re.S
)
DATA = re.compile(r'src="data:image/(\w+);base64,([^"]+)"')


def setup(app):
    app.connect("doctree-read", boxes)
    app.connect("doctree-read", fold)
    app.connect("doctree-read", pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def boxes(app, doctree):
    """Replace the text that stands for a widget by a box."""
    for block in list(doctree.findall(nodes.literal_block)):
        if "text_plain" not in block["classes"]:
            continue
        found = LIVE.fullmatch(block.astext().strip())
        if not found:
            continue
        # `Predict (live in JupyterLab): question` has no kind before its title.
        if found["title"] == "Predict" and not found["kind"]:
            block.replace_self(box("lesson-question", "Predict", found["text"]))
        else:
            live = box("lesson-live", "Live in JupyterLab", found["text"], found["title"])
            block.replace_self(live)


def box(kind, title, text, strong=""):
    body = nodes.paragraph()
    if strong:
        body += nodes.strong("", strong[:1].upper() + strong[1:])
        text = f". {text}" if text else "."
    body += nodes.Text(text)
    return nodes.admonition("", nodes.title("", title), body, classes=["lesson-box", kind])


def fold(app, doctree):
    """Fold hidden cells as the hints are folded, under a word that says what is in them."""
    for cell in list(doctree.findall(nodes.container)):
        if cell.get("nb_element") == "cell_code" and cell.get("hide_mode") == "all":
            cell["hide_mode"] = None
            word = "Solution" if "tag_solution" in cell["classes"] else "Code"
            cell.insert(0, raw(f'<details class="folded"><summary>{word}</summary>'))
            cell.append(raw("</details>"))


def pictures(app, doctree):
    """Move pictures out of the page, so that its text is there before them."""
    folder = Path(app.outdir, "_images")
    folder.mkdir(parents=True, exist_ok=True)
    up = "../" * app.env.docname.count("/")

    def to_file(match):
        data = base64.b64decode(match[2])
        name = f"{hashlib.sha256(data).hexdigest()[:16]}.{match[1]}"
        (folder / name).write_bytes(data)
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
        return f'src="{up}_images/{name}" width="{width}" height="{height}" loading="lazy"'

    for node in doctree.findall(nodes.raw):
        if node["format"] == "html":
            node[:] = [nodes.Text(DATA.sub(to_file, node.astext()))]


def raw(html):
    return nodes.raw("", html, format="html")
