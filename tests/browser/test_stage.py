"""The stage: what it tells of a pixel, and what arrives of clicks, drags and keys."""
import pytest

# 8 x 6 pixels, enlarged 40 times; two panels, the second shows the lower right quarter.
EXPLORER = """
import numpy as np
from lessons_lib import figures, pixels
from lessons_lib.explorers import base

gray = np.arange(48, dtype=np.uint8).reshape(6, 8)
labels = gray.astype(int) // 20 - 1
layers = {"value": gray, "region": (labels, ["sea", "forest"])}
part = np.s_[3:6, 4:8]

class Heard(base.Explorer):
    said = []
    def heard(self, *what):
        self.said.append(what)

def render(level):
    made = figures.panels(
        {"All": gray, "A part": gray[part]}, alt=f"level {level}", factor=40,
        reads=[layers, pixels.teller(layers, part)])
    handles = ((100, 100, "Centre 0"), (200, 60, "Centre 1"))[:1 if level == 20 else 2]
    return figures.Picture(made.rgb - np.uint8(level), made.text, places=made.places,
                           handles=handles)

explorer = Heard(render, "Explorer: a grid", level=base.slider("level", 0, 0, 20))
explorer
"""
HEARD = 'print(*explorer.said, sep="\\n")\nexplorer.said.clear()'
TOP, LEFT = 26, 8 * 40 + 12  # of the first panel; of the second


@pytest.fixture(scope="module", params=["doc", "notebook"], ids=["JupyterLab", "Notebook 7"])
def notebook(request, shared_scratch):
    if request.param == "notebook":
        pytest.importorskip("notebook")
    return shared_scratch(EXPLORER, HEARD, view=request.param)


@pytest.fixture
def grid(notebook):
    """A new explorer in the same notebook."""
    notebook.page.set_viewport_size({"width": 1280, "height": 1000})
    notebook.page.mouse.move(0, 0)
    assert notebook.run_all() == []
    [explorer] = notebook.explorers()
    return explorer


def heard(explorer):
    """What the kernel has heard since the last call."""
    notebook = explorer.notebook
    notebook.settle()
    notebook.start_run(first=1)
    assert notebook.finish_run() == []
    [*_, last] = notebook.page.evaluate("""() => lessons.panel.content.widgets
        .filter(cell => cell.model.type === 'code')
        .map(cell => cell.model.outputs.toJSON().map(o => o.text ?? '').flat().join(''))""")
    return [line for line in last.splitlines() if line]


def test_alt_text_follows_the_slider(grid):
    stage = grid.stage()
    assert stage.img.get_attribute("alt") == grid.status() == "level 0"
    grid.press(grid.sliders()[0], "ArrowRight")
    assert stage.img.get_attribute("alt") == grid.status() == "level 1"
    assert grid.notebook.page.evaluate("() => lessons.silentPictures()") == []


def test_the_pointer_reads(grid):
    stage = grid.stage()
    assert stage.point(5, TOP + 5) == "Row 0, column 0: value 0, no region."
    assert stage.point(7 * 40 + 39, TOP + 2 * 40) == "Row 2, column 7: value 23, region 0 (sea)."
    assert stage.point(LEFT, TOP) == "Row 3, column 4: value 28, region 0 (sea)."
    assert stage.point(LEFT + 159, TOP + 119) == "Row 5, column 7: value 47, region 1 (forest)."
    assert stage.point(LEFT, 5) == ""  # a title
    assert stage.reading.get_attribute("aria-live") == "off"  # a moving mouse is not spoken
    assert grid.notebook.kernel_errors() == []


def test_clicks_and_drags_arrive_in_pixels_of_the_picture(grid):
    stage, mouse = grid.stage(), grid.notebook.page.mouse
    stage.point(301, 77)
    mouse.click(*stage.at(301, 77))
    assert heard(grid) == ["('click', 301, 77, None)"]
    stage.point(100, 100)
    mouse.down()
    mouse.move(*stage.at(140, 160))
    mouse.up()
    [*drags, drop] = heard(grid)
    assert drop == "('drop', 140, 160, 0)" and drags[0] == "('drag', 140, 160, 0)"
    # A click on it moves nothing.
    stage.point(200, 60)
    mouse.click(*stage.at(200, 60))
    assert heard(grid)[-1] == "('put back', 200, 60, 1)"


def test_a_narrow_window_changes_no_position(grid):
    grid.notebook.page.set_viewport_size({"width": 420, "height": 900})
    stage = grid.stage()
    stage.canvas.scroll_into_view_if_needed()
    assert stage.img.bounding_box()["width"] < 400  # the picture is 652 pixels wide
    said = stage.point(7 * 40 + 20, TOP + 2 * 40 + 20)
    assert said == "Row 2, column 7: value 23, region 0 (sea)."


def test_the_cursor_goes_by_keys(grid):
    stage = grid.stage()
    stage.press("Home")
    assert stage.press("ArrowUp").startswith("Row 1, column 0:")  # a pixel of the panel at a time
    assert stage.press("ArrowRight") == "Row 1, column 1: value 9, no region."
    assert stage.press("End").startswith("Row 1, column 7:")
    assert stage.press("Shift+ArrowUp") == ""  # far: onto the titles
    assert stage.reading.get_attribute("aria-live") == "polite"
    assert stage.canvas.get_attribute("role") == "application"
    assert "a grid" in stage.canvas.get_attribute("aria-label")
    ring = stage.canvas.locator(".lessons-cursor")
    assert ring.is_visible()
    # JupyterLab has not taken the keys for its own: the explorer's cell is still there.
    assert len(grid.notebook.explorers()) == 1
    assert heard(grid) == []


def test_a_handle_is_moved_by_keys(grid):
    stage = grid.stage()
    assert stage.press("n") == "Centre 0. Row 1, column 2: value 10, no region."
    assert stage.press("n").startswith("Centre 1.")
    assert stage.press("Shift+N").startswith("Centre 0.")
    assert "picked up" in stage.press("Enter")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        stage.press(key)
    assert stage.press("Enter").startswith("Dropped.")
    assert heard(grid)[-1] == "('drop', 180, 140, 0)"
    stage.press("n")
    stage.press(" ")
    stage.press("ArrowLeft")
    assert stage.press("Escape").startswith("Put back.")
    assert heard(grid)[-1].startswith("('put back', ")


def test_a_handle_that_goes_while_it_is_carried_is_let_go(grid):
    stage = grid.stage()
    grid.notebook.console.clear()  # Notebook 7 warns of its own menus when it opens
    for key in ("n", "n"):
        stage.press(key)
    assert "Centre 1 is picked up" in stage.press("Enter")
    grid.press(grid.sliders()[0], "End")  # there is one centre now
    assert stage.handles.count() == 1
    stage.press("Enter")  # neither drops it nor fails
    assert stage.point(5, TOP + 5).startswith("Row 0, column 0")
    assert not any("drop" in line for line in heard(grid)) and grid.notebook.console == []


def test_it_works_by_touch(browser, lab, scratch):
    notebook = scratch(EXPLORER, HEARD, touch=True)
    assert notebook.run_all() == []
    grid = notebook.explorers()[0]
    stage = grid.stage()
    stage.canvas.scroll_into_view_if_needed()
    notebook.page.touchscreen.tap(*stage.at(301, 77))
    notebook.settle()
    assert heard(grid) == ["('click', 301, 77, None)"]
    assert stage.reading.inner_text() == "Row 1, column 7: value 15, no region."


def test_addresses_of_pictures_are_given_back(grid):
    """However many pictures were shown, the page holds one."""
    page, stage = grid.notebook.page, grid.stage()
    first = stage.img.get_attribute("src")
    grid.press(grid.sliders()[0], "ArrowRight")
    second = stage.img.get_attribute("src")
    gone = "src => fetch(src).then(() => false, () => true)"
    assert first != second and page.evaluate(gone, first) and not page.evaluate(gone, second)
    grid.notebook.console.clear()  # the fetch that failed


def test_the_next_picture_is_in_the_page_before_it_is_asked_for(grid):
    page, [slider] = grid.notebook.page, grid.sliders()
    page.evaluate("""() => {
        const made = createImageBitmap;
        window.decoded = 0;
        window.createImageBitmap = (...given) => { window.decoded += 1; return made(...given); };
    }""")
    for level in (1, 2, 3, 4):
        look = grid.press(slider, "ArrowRight")  # compares what is in front with the <img>
        assert look.status == f"level {level}"
        # The first one when it was asked for, and after each the next in advance: no more.
        page.wait_for_function(f"() => window.decoded >= {level + 1}")
        assert page.evaluate("() => window.decoded") == level + 1
    assert grid.press(slider, "Home").status == "level 0"  # was not expected


def test_what_cannot_be_decoded_in_advance_is_shown_by_the_image(grid):
    page, [slider] = grid.notebook.page, grid.sliders()
    page.evaluate("""() => {
        window.whole = createImageBitmap;
        window.refused = 0;
        window.createImageBitmap = () => {
            window.refused += 1;
            return Promise.reject(new Error("no memory"));
        };
    }""")
    try:
        grid.press(slider, "ArrowRight")
        page.wait_for_function("() => window.refused === 2")  # this one, and the next in advance
        alone = grid.press(slider, "ArrowRight")
    finally:
        page.evaluate("() => { window.createImageBitmap = window.whole; }")
    grid.press(slider, "ArrowRight")
    assert alone == grid.press(slider, "ArrowLeft") and alone.status == "level 2"


def test_a_view_that_is_made_later_asks_for_what_was_sent_before(scratch):
    notebook = scratch(EXPLORER.removesuffix("explorer\n"), """
import asyncio
for level in (1, 2):  # the second was drawn, and sent, in advance
    explorer.controls["level"].value = level
    await asyncio.sleep(0.5)
assert explorer.stage.shown["ahead"]""", "explorer")
    assert notebook.run_all() == []
    [later] = notebook.explorers()
    look = later.look()
    assert look.status == "level 2"
    [slider] = later.sliders()
    third = later.press(slider, "ArrowRight")  # sent before there was a view, too
    assert third.status == "level 3" and later.press(slider, "ArrowLeft") == look
    assert later.press(slider, "ArrowRight") == third


def test_letting_go_over_the_picture_is_no_click(grid):
    page, stage = grid.notebook.page, grid.stage()
    knob = grid.sliders()[0].bounding_box()
    page.mouse.move(knob["x"] + 5, knob["y"] + 5)
    page.mouse.down()
    page.mouse.move(*stage.at(301, 77))
    page.mouse.up()
    assert heard(grid) == []
    page.mouse.click(*stage.at(301, 77))
    assert heard(grid) == ["('click', 301, 77, None)"]


def test_words_follow_the_theme(grid):
    page = grid.notebook.page
    change = "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})"
    light = """() => getComputedStyle(document.querySelector('.lessons-reading')).color
        .match(/[0-9.]+/g).slice(0, 3).every(one => Number(one) > 180)"""
    assert not page.evaluate(light)
    page.evaluate(change, "JupyterLab Dark")
    try:
        page.wait_for_function(light)
    finally:  # the server keeps it
        page.evaluate(change, "JupyterLab Light")
        page.wait_for_function(f"() => !({light})()")


def test_one_explorer_in_two_cells(scratch):
    """Both show it, and both follow."""
    notebook = scratch(EXPLORER, "explorer")
    assert notebook.run_all() == []
    one, other = notebook.explorers()
    one.press(one.sliders()[0], "ArrowRight")
    assert one.look() == other.look() and other.status() == "level 1"


def test_a_cell_that_runs_again_shows_a_live_explorer(scratch):
    notebook = scratch(EXPLORER, "1 + 1")
    for _ in range(3):
        assert notebook.run_all() == []
    [explorer] = notebook.explorers()
    assert explorer.press(explorer.sliders()[0], "ArrowRight").status == "level 1"
    assert explorer.stage().point(5, TOP + 5) == "Row 0, column 0: value 0, no region."
    assert notebook.console == [] and notebook.kernel_errors() == []
