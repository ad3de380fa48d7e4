"""The reading site: complete, self-contained, and as readable as the notebooks."""
import ast
import copy
import re
import shutil
import tomllib
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.browser.driver import OUTSIDE
from tests.site.conftest import ROOT

LESSONS = [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
MODULES = [path for path in sorted((ROOT / "lessons_lib").rglob("*.py")) if path.name[0] != "_"]
LOOKED_UP = {f"{path.stem}.html" for path in (ROOT / "docs").glob("*.md")} - {"index.html"}
LIVE = "(live in JupyterLab)"


def cells(site, lesson):
    return nbformat.read(site.source / "notebooks" / f"{lesson}.ipynb", as_version=4).cells


def outputs(site, lesson, mime):
    """Outputs of one kind, in order."""
    return [output.data[mime] for cell in cells(site, lesson) for output in cell.get("outputs", [])
            if mime in output.get("data", {})]


def article(site, lesson):
    return site.page(f"notebooks/{lesson}.html").find("article")


def squeeze(text):
    return re.sub(r"\s+", "", text)


# --- what is there ---

def test_lessons_stand_in_the_side_bar_in_order(site):
    links = site.page("index.html").select("nav.bd-links a[href^='notebooks/']")
    assert [link["href"] for link in links] == [f"notebooks/{name}.html" for name in LESSONS]
    assert all(link.get_text(strip=True).startswith(name[:2]) for link, name in zip(links, LESSONS))


def test_first_page_says_how_each_lesson_starts(site):
    found = [link["href"] for link in site.page("index.html").select("article p > strong > a")]
    assert found == [f"notebooks/{name}.html" for name in LESSONS]


def test_pages_to_look_things_up_stand_in_the_side_bar(site):
    links = site.page("index.html").select("nav.bd-links a")
    assert LOOKED_UP <= {link["href"] for link in links}


@pytest.mark.parametrize("name", ["glossary", "instructors"])
def test_pages_lead_to_the_lessons(site, name):
    """Wherever they are read: a test of the text looks at the same links in the repository."""
    links = site.page(f"{name}.html").select("article a[href*='notebooks/']")
    assert {link["href"] for link in links} == {f"notebooks/{lesson}.html" for lesson in LESSONS}


def test_glossary_has_every_term(site):
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^\*\*(.+?)\*\*", text, flags=re.M)
    shown = [dt.find(string=True) for dt in site.page("glossary.html").select("dl.glossary > dt")]
    assert terms and [term.replace("’", "'") for term in shown] == terms


@pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: path.relative_to(ROOT / "lessons_lib").as_posix()
)
def test_library_page_has_every_public_name(site, path):
    name = ".".join(path.relative_to(ROOT / "lessons_lib").with_suffix("").parts)
    public = [node.name for node in ast.parse(path.read_text(encoding="utf-8")).body
              if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")]
    page = site.page(f"api/{name}.html")
    assert [one for one in public if not page.find(id=f"lessons_lib.{name}.{one}")] == []
    assert site.page("api/index.html").select(f"article a[href='{name}.html']")


def test_library_page_says_how_a_widget_is_made(site):
    shown = site.page("api/explorers.base.html").find(id="lessons_lib.explorers.base.Explorer").text
    assert squeeze(shown).endswith("Explorer(render,title='Explorer',**controls)#")


# --- lessons ---

@pytest.mark.parametrize("lesson", LESSONS)
def test_no_picture_and_no_alt_text_is_lost(site, lesson):
    stored = [BeautifulSoup(html, "html.parser").find_all("img")
              for html in outputs(site, lesson, "text/html")]
    page = article(site, lesson)
    assert [img["alt"] for img in page.find_all("img")] == [
        img["alt"] for imgs in stored for img in imgs
    ]
    for img in page.find_all("img"):
        # Boxes of the right size from the start: the text does not jump while pictures come in.
        assert int(img["width"]) > 0 and int(img["height"]) > 0
        assert (site.html / "notebooks" / img["src"]).stat().st_size > 0


def test_every_picture_has_alt_text(site):
    assert [(name, str(img)) for name in site.pages() for img in site.page(name).find_all("img")
            if not img.get("alt", "").strip()] == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_lives_in_jupyterlab_has_a_box(site, lesson):
    stored = [text for text in outputs(site, lesson, "text/plain") if LIVE in text]
    page = article(site, lesson)
    boxes = page.select("div.lesson-box")
    assert len(boxes) == len(stored)
    for box, text in zip(boxes, stored):
        question = text.startswith("Predict")
        assert ("lesson-question" in box["class"]) == question
        title = "Predict" if question else "Live in JupyterLab"
        assert box.find(class_="admonition-title").text == title
        last = text.partition(LIVE)[2].strip(":. \n")[-30:]
        assert squeeze(last) in squeeze(box.text)
    assert LIVE not in page.get_text()
    assert "application/vnd.jupyter.widget" not in str(page)


@pytest.mark.parametrize("lesson", LESSONS)
def test_solutions_and_hints_are_folded(site, lesson):
    page = article(site, lesson)
    hidden = [cell for cell in cells(site, lesson) if "hide-cell" in cell.metadata.get("tags", [])]
    folded = page.select("details.folded")
    assert hidden and [fold.summary.text for fold in folded] == ["Solution"] * len(hidden)
    for fold, cell in zip(folded, hidden):
        assert squeeze(cell.source) in squeeze(fold.text)
        assert all(squeeze(output.text) in squeeze(fold.text) for output in cell.outputs)
    # Without sliders the filmstrips are what a reader has: only they stand open.
    assert all(opened.find("figure") for opened in page.select("details[open]"))
    assert not page.select("details.folded[open]")
    page = copy.copy(page)
    for details in page.find_all("details"):
        details.extract()
    assert "Solution" not in page.text
    assert [cell.source for cell in hidden if squeeze(cell.source) in squeeze(page.text)] == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_formulas_are_mathml(site, lesson):
    text = "\n".join(cell.source for cell in cells(site, lesson) if cell.cell_type == "markdown")
    text = re.sub(r"`[^`]*`", "", text)
    formulas = re.findall(r"\$\$.+?\$\$|\$[^$]+\$", text, flags=re.S)
    page = article(site, lesson)
    found = page.find_all("math")
    assert len(found) == len(formulas)
    assert all(one["alttext"] and one.get_text(strip=True) for one in found)
    # A command that the converter does not know would be shown as it is written.
    assert [one["alttext"] for one in found if "\\" in one.text] == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_notebook_can_be_downloaded_and_opened_on_binder_and_colab(site, lesson):
    page = site.page(f"notebooks/{lesson}.html")
    file = page.find("a", class_="btn-download-source-button")["href"]
    stored = site.source / "notebooks" / f"{lesson}.ipynb"
    assert file.endswith(f"/{lesson}.ipynb")
    assert (site.html / "notebooks" / file).read_bytes() == stored.read_bytes()
    course = tomllib.loads((ROOT / "course.toml").read_text(encoding="utf-8"))
    repository, tag = course["repository"], course["tag"]
    assert [page.find("a", href=re.compile(host))["href"] for host in ("mybinder", "colab")] == [
        f"https://mybinder.org/v2/gh/{repository}/{tag}?urlpath=lab/tree/learn/{lesson}.ipynb",
        f"https://colab.research.google.com/github/{repository}/blob/{tag}/notebooks/{lesson}.ipynb"]


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_is_for_colab_alone_is_not_shown(site, lesson):
    page = article(site, lesson)
    shown = [pre.get_text() for pre in page.select("div.cell_input pre")]
    assert [text for text in shown if "google.colab" in text] == []
    tags = [cell.metadata.get("tags", []) for cell in cells(site, lesson)]
    assert ["colab", "remove-cell"] in tags
    assert len(shown) == sum(cell.cell_type == "code" for cell in cells(site, lesson)) - 1


# --- links ---

def targets(page):
    """Every address in a page, those of ordinary links apart."""
    links, loaded = [], []
    for tag in page.find_all(True):
        for name in ("href", "src", "srcset", "action", "data", "poster"):
            if tag.get(name):
                (links if tag.name == "a" else loaded).append(tag[name])
    return links, loaded


def test_nothing_is_loaded_from_another_host(site):
    found = []
    for name in site.pages():
        page = site.page(name)
        styles = [tag.text for tag in page.find_all("style")] + [
            t["style"] for t in page.find_all(style=True)
        ]
        addresses = targets(page)[1] + [a for text in styles for a in addresses_in(text)]
        found += [
            (name, a) for a in addresses if re.match(r"[a-z]+:|//", a) and not a.startswith("data:")
        ]
    for path in site.html.rglob("*.css"):
        found += [(path.name, a) for a in addresses_in(path.read_text(encoding="utf-8"))
                  if re.match(r"[a-z]+:|//", a) and not a.startswith("data:")]
    assert found == []


def addresses_in(css):
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    groups = re.findall(r"url\(\s*([^)]+)\)|@import\s+[\"']([^\"']+)", css)
    return [address.strip("\"' ") for both in groups for address in both if address]


def test_addresses_in_styles_are_found():
    css = "/* url(no) */ a { b: url( 'http://x/y' ) } @import \"z.css\"; c { d: url(data:e) }"
    assert addresses_in(css) == ["http://x/y", "z.css", "data:e"]


def test_internal_links_and_anchors_resolve(site):
    pages = {name: site.page(name) for name in site.pages()}
    anchors = {name: {tag["id"] for tag in page.find_all(id=True)} for name, page in pages.items()}
    broken = []
    for name, page in pages.items():
        for address in sum(targets(page), []):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            file = site.html / name
            if parts.path:
                file = file.parent / unquote(parts.path)
            target = file.resolve()
            if not target.is_file():
                broken.append((name, address))
            elif parts.fragment and target.suffix == ".html":
                known = anchors[target.relative_to(site.html.resolve()).as_posix()]
                if unquote(parts.fragment) not in known:
                    broken.append((name, address))
    assert broken == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_term_is_linked_once_and_in_running_text(site, lesson):
    page = article(site, lesson)
    links = [tag.find_parent("a") for tag in page.find_all(class_="std-term")]
    hrefs = [link["href"] for link in links]
    assert len(hrefs) > 3 and len(set(hrefs)) == len(hrefs)
    assert all(href.startswith("../glossary.html#term-") for href in hrefs)
    closed = ["h1", "h2", "h3", "pre", "code", "math", "figure"]
    assert [link.text for link in links if link.find_parent(closed)] == []


# --- a small site, made for the test ---

GLOSSARY = """# Glossary

Words.

**label map** — One number a pixel, see lesson 00 and lesson 09. (lesson 00)

**ARI** — How alike two label maps are. ([lesson 01](../notebooks/01_second.ipynb))

**cell** — A piece of colour space. (lesson 01)

**Lloyd's algorithm** — Two steps, again and again.
"""
FIRST = """# A map of label maps

Sari says `label map`, $ARI$ and [label map](01_second.ipynb); a cell is no cell yet.

**1. Label map.** Make *label maps*, the second label map is plain, and so is the next label map. \
Its ARI is ARI.

It walks like Lloyd's algorithm. $$x = \\frac{1}{2}$$
"""


@pytest.fixture(scope="module")
def small(build, tmp_path_factory):
    """A site of two lessons and four terms; its library is empty."""
    folder = tmp_path_factory.mktemp("pages")
    for name in ("docs", "lessons_lib", "notebooks"):
        (folder / name).mkdir()
    (folder / "docs" / "glossary.md").write_text(GLOSSARY, encoding="utf-8")
    shutil.copy(ROOT / "docs" / "index.md", folder / "docs")
    (folder / "lessons_lib" / "__init__.py").write_text('"""None."""\n')
    texts = [
        "Explorer: a <title> (live in JupyterLab). k = 4: 3 parts.",
        "Predict (live in JupyterLab): 1 < 2?",
        "Times on your machine (live in JupyterLab).",
        "array([1])",
    ]
    code = [
        new_code_cell("1", outputs=[new_output("display_data", {"text/plain": text})])
        for text in texts
    ]
    for name, text, more in [
        ("00_first", FIRST, code),
        ("01_second", "# Second\n\nA cell is a cell.", []),
    ]:
        language = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
        nbformat.write(new_notebook(cells=[new_markdown_cell(text), *more], metadata=language),
                       folder / "notebooks" / f"{name}.ipynb")
    return build(notebooks=folder / "notebooks", library=folder / "lessons_lib",
                 pages=folder / "docs")


def test_first_use_of_a_term_is_linked(small):
    first = article(small, "00_first")
    assert [tag.text for tag in first.find_all(class_="std-term")] == \
        ["label maps", "ARI", "Lloyd’s algorithm"]
    # The first that is no heading, code or link.
    assert first.find(class_="std-term").find_parent("em")
    ari = first.find_all(class_="std-term")[1].find_parent("a")
    assert ari.previous_sibling.endswith("Its ") and ari.next_sibling.startswith(" is ARI")


def test_an_everyday_word_is_a_term_from_its_lesson_on(small):
    terms = article(small, "00_first").find_all(class_="std-term")
    assert "cell" not in [tag.text for tag in terms]
    (cell,) = article(small, "01_second").find_all(class_="std-term")
    assert cell.find_parent("a")["href"] == "../glossary.html#term-cell"
    assert cell.find_parent("a").next_sibling == " is a cell."


def test_glossary_links_to_lessons_that_are_there(small):
    entry = small.page("glossary.html").find(id="term-label-map").find_next("dd")
    assert [link["href"] for link in entry.find_all("a")] == ["notebooks/00_first.html"] * 2
    assert "lesson 09" in entry.text
    written = small.page("glossary.html").find(id="term-ARI").find_next("dd")
    assert written.find("a")["href"] == "notebooks/01_second.html"


def test_boxes_of_a_small_lesson(small):
    page = article(small, "00_first")
    assert [[p.get_text() for p in box.find_all("p")] for box in page.select(".lesson-box")] == [
        ["Live in JupyterLab", "A <title>. k = 4: 3 parts."],
        ["Predict", "1 < 2?"],
        ["Live in JupyterLab", "Times on your machine."]]
    assert [pre.text.strip() for pre in page.select(".cell_output pre")] == ["array([1])"]


# --- in a browser ---

class Reader:
    """A page in a window; notes what goes wrong."""

    def __init__(self, browser, address):
        self.page = browser.new_page()
        self.problems = []
        self.page.set_default_timeout(10_000)
        self.page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))
        self.page.on(
            "console", lambda m: m.type in ("error", "warning") and self.problems.append(m.text)
        )
        # What the page itself drops, on its way to another address, is no failure.
        self.page.on("requestfailed", lambda request: request.failure != "net::ERR_ABORTED"
                     and self.problems.append(f"failed: {request.url}"))
        self.page.route(
            OUTSIDE, lambda route: (self.problems.append(route.request.url), route.abort())
        )
        self.page.goto(address, wait_until="load")


@pytest.fixture
def read(browser, url):
    opened = []

    def open_page(name):
        opened.append(Reader(browser, f"{url}/{name}"))
        return opened[-1].page

    yield open_page
    for reader in opened:
        reader.page.close()
        assert reader.problems == []


PAGES = [
    "index.html",
    *sorted(LOOKED_UP),
    "api/kmeans.html",
    *[f"notebooks/{name}.html" for name in LESSONS],
]


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_without_error_and_fits_a_phone(read, name):
    page = read(name)
    for role in ("main", "navigation", "search"):
        assert page.get_by_role(role).first.is_visible(), role
    # Pictures far down are fetched when they come near.
    page.evaluate("document.querySelectorAll('img').forEach(img => img.loading = 'eager')")
    page.wait_for_function("[...document.images].every(img => img.complete)")
    missing = "[...document.images].filter(img => !img.naturalWidth).map(img => img.src)"
    assert page.evaluate(missing) == []
    page.set_viewport_size({"width": 375, "height": 800})
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("innerWidth") == 375
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 375
    # No picture is squeezed, none sticks out.
    assert page.evaluate("""[...document.querySelectorAll('article img')].filter(img =>
        Math.abs(img.clientWidth * img.naturalHeight / img.naturalWidth - img.clientHeight) > 2
        || img.getBoundingClientRect().right > 375).map(img => img.alt)""") == []


def test_skip_link_leads_to_the_text(read):
    page = read(PAGES[-1])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    assert page.get_by_text("Skip to main content").is_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_search_finds_a_word(read):
    page = read("index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("silhouette")
    page.keyboard.press("Enter")
    results = page.locator("#search-results ul.search a[href]")
    results.first.wait_for()
    page.wait_for_function("document.querySelector('.search-summary').textContent.includes('found')")
    found = [
        link.get_attribute("href").partition("?")[0].partition("#")[0] for link in results.all()
    ]
    assert any(name.endswith("04_elbow_and_knee.html") for name in found)
    assert any(name.endswith("glossary.html") for name in found)


# The contrast of an element's text with what is behind it, by the formula of WCAG 2.
CONTRAST = """element => {
    const parts = color => color.match(/[\\d.]+/g).map(Number)
    const light = color => parts(color).slice(0, 3).map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
    let behind = element
    while (parts(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement
    const two = [light(getComputedStyle(element).color),
                 light(getComputedStyle(behind).backgroundColor)]
    return (Math.max(...two) + 0.05) / (Math.min(...two) + 0.05)
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_both_color_schemes(read, scheme):
    page = read(f"notebooks/{LESSONS[1]}.html")
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_function(
        "scheme => document.documentElement.dataset.theme === scheme", arg=scheme
    )
    for text in (
        "article section > p",
        "figcaption",
        ".lesson-question p:last-child",
        ".lesson-live p:last-child",
        "p.admonition-title",
        "article summary",
        "article a:has(> .std-term)",
    ):
        assert page.locator(text).first.evaluate(CONTRAST) >= 4.5, text


def test_solution_unfolds_by_keyboard(read):
    page = read(f"notebooks/{LESSONS[0]}.html")
    fold = page.locator("details.folded").first
    assert not fold.locator("pre").first.is_visible()
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.locator("pre").first.is_visible()
