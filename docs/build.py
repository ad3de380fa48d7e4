"""Build the reading site, offline, from the notebooks' stored outputs.

    python docs/build.py            # into docs/_build/html
    python docs/build.py FOLDER     # into FOLDER/html

The pages are gathered in `_build/source` first: those of this folder, the lessons, and a page for
each module of the library. All of them are found, none is listed here. A warning is an error.
"""
import ast
import json
import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# **term** — what it means (lesson 01)
ENTRY = re.compile(r"(?:[-*] +)?\*\*(?P<term>[^*]+)\*\* +[—–-] +(?P<text>.+)")
LESSON = re.compile(r"(?<!\[)\blesson (\d\d)\b(?!\])")


def gather(source, notebooks=ROOT / "notebooks", pages=HERE, library=ROOT / "lessons_lib"):
    """Fill the folder `source` with every page of the site."""
    shutil.rmtree(source, ignore_errors=True)
    (source / "notebooks").mkdir(parents=True)
    lessons = sorted(notebooks.glob("*.ipynb"))
    for path in lessons:
        # No explorer lives here: the filmstrips are open.
        text = path.read_text(encoding="utf-8").replace("<details><summary>The same pictures",
                                                        "<details open><summary>The same pictures")
        write(source / "notebooks" / path.name, text)
    shutil.copytree(HERE / "images", source / "images")
    api_pages(source / "api", library)
    for path in pages.glob("*.md"):
        # Links are written as seen from this folder; here the lessons stand in one below.
        page = path.read_text(encoding="utf-8").replace("](../notebooks/", "](notebooks/")
        if path.stem == "glossary":
            page = glossary_page(page, lessons)
        page = page.replace("% table of lessons", "\n\n".join(map(entry, lessons)))
        page = page.replace("% lessons", "\n".join(
            f"{number(one)} {heading(one)} <notebooks/{one.stem}>" for one in lessons))
        write(source / path.name, page)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def number(lesson):
    """The digits a lesson's file name starts with."""
    return lesson.name.partition("_")[0]


def opening(lesson):
    """The first cell of a lesson: heading, a paragraph, and what the reader needs."""
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    return next("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def heading(lesson):
    return re.search(r"^# +(.+)$", opening(lesson), flags=re.M)[1]


def entry(lesson):
    """A lesson in the table on the first page: its heading, how long it takes, how it starts."""
    text = opening(lesson)
    minutes = re.search(r"^- \*\*Time\*\* (\d+ minutes)", text, flags=re.M)
    first = re.search(r"^# .+\n+((?:[^\s#-].*\n?)+)", text, flags=re.M)
    # Links between lessons are written as seen from their own folder.
    start = re.sub(r"\]\((?![a-z]+:)", "](notebooks/", first[1].strip()) if first else ""
    return (f"**[{number(lesson)} {heading(lesson)}](notebooks/{lesson.name})**"
            + (f" · {minutes[1]}" if minutes else "") + f"\\\n{start}")


def glossary_page(text, lessons):
    """The glossary as Sphinx knows it: lines of terms become entries that others can link to."""
    names = {number(path): path.name for path in lessons}

    def link(match):
        name = names.get(match[1])
        return f"[{match[0]}](notebooks/{name})" if name else match[0]

    page, entries = [], []
    for line in text.splitlines():
        match = ENTRY.fullmatch(line.strip())
        if match:
            entries.append(f"{match['term'].strip()}\n  {LESSON.sub(link, match['text'])}\n")
        elif line.strip() or not entries:
            page += [*block(entries), line]
            entries = []
    return "\n".join(page + block(entries)) + "\n"


def block(entries):
    """Entries as a MyST glossary."""
    return ["```{glossary}", *entries, "```", ""] if entries else []


def api_pages(folder, library):
    """A page for each module of the library, and one that leads to them."""
    groups = {}
    for path in sorted(library.rglob("*.py")):
        if path.name.startswith("_"):
            continue
        name = ".".join(path.relative_to(library).with_suffix("").parts)
        groups.setdefault(name.rpartition(".")[0], []).append(name)
        write(folder / f"{name}.md",
              f"# {name}\n\n```{{eval-rst}}\n.. automodule:: {library.name}.{name}\n```\n")
    index = ["# The library", "", summary(library), ""]
    for group, names in sorted(groups.items()):
        index += [f"## {group.capitalize() or 'Modules'}", ""]
        index += [f"- [{name}]({name}.md): {summary(library.joinpath(*name.split('.')))}"
                  for name in names]
        index += ["", "```{toctree}", ":hidden:", "", *names, "```", ""]
    write(folder / "index.md", "\n".join(index))


def summary(module):
    """First line of the docstring of a module or package, from its path without `.py`."""
    path = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))).partition("\n")[0]


def main(folder=HERE / "_build", **where):
    from sphinx.cmd.build import build_main

    source, html = Path(folder) / "source", Path(folder) / "html"
    gather(source, **where)
    shutil.rmtree(html, ignore_errors=True)
    failed = build_main(["-q", "-b", "html", "-E", "-W", "--keep-going", "-c", str(HERE),
                         "-d", str(Path(folder) / "doctrees"), str(source), str(html)])
    for page in (html / "notebooks").glob("*.html"):
        # On Binder a reader works in copies without outputs; the theme knows only where a page
        # lies.
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("urlpath=lab/tree/notebooks/", "urlpath=lab/tree/learn/"),
                        encoding="utf-8")
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
