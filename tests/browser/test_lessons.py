"""Every lesson in a real JupyterLab: its cells run, and its explorers do what they promise.

Each notebook is opened and run once; the tests of a notebook share that page, in this order.
"""
from pathlib import Path

import pytest
from driver import Notebook, label_of, position

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
CONTROLS = ":is(.noUi-handle, select, button, input):visible:not([disabled], [disabled] *)"


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def lesson(request, browser, lab):
    notebook = Notebook(browser, lab, request.param.name)
    notebook.problems = notebook.run_all()
    notebook.first = [explorer.look() for explorer in notebook.explorers()]
    yield notebook
    notebook.close()


def broken(status):
    """Whether a status line is empty or reports that nothing could be drawn."""
    return not status or status.startswith("Not drawn") or "Traceback" in status


def test_all_cells_run_clean(lesson):
    assert lesson.problems == []
    assert lesson.kernel_errors() == []
    assert [look for look in lesson.first if broken(look.status)] == []


def test_every_picture_has_words(lesson):
    assert lesson.page.evaluate("() => lessons.silentPictures()") == []


def test_every_control_has_a_label(lesson):
    for explorer in lesson.explorers():
        for control in explorer.locator.locator(CONTROLS).all():
            assert label_of(control), control.evaluate("el => el.outerHTML")[:200]


def test_keyboard_reaches_every_control(lesson):
    for explorer in lesson.explorers():
        controls = explorer.locator.locator(CONTROLS).all()
        explorer.locator.evaluate("el => lessons.select(el)")
        missing = {label_of(control): control for control in controls}
        assert len(missing) == len(controls), "two controls of one explorer have the same label"
        for _ in range(60):
            lesson.page.keyboard.press("Tab")
            reached = lesson.page.evaluate_handle("() => document.activeElement").as_element()
            control = missing.get(label_of(reached))
            if control and control.evaluate("(el, other) => el === other", reached):
                del missing[label_of(reached)]
            if not missing:
                break
        assert list(missing) == []


def test_arrow_keys_move_every_slider(lesson):
    for explorer, first in zip(lesson.explorers(), lesson.first):
        for handle in explorer.sliders():
            value, low, _ = position(handle)
            keys = ["ArrowRight", "ArrowLeft"] if value == low else ["ArrowLeft", "ArrowRight"]
            handle.press(keys[0])
            assert position(handle)[0] != value, label_of(handle)
            handle.press(keys[1])
            assert position(handle)[0] == pytest.approx(value), label_of(handle)
        assert explorer.look() == first


def test_sliders_dragged_with_the_mouse(lesson):
    for explorer, first in zip(lesson.explorers(), lesson.first):
        for handle in explorer.sliders():
            name, shown = label_of(handle), {}
            # The left end twice, by different ways: what is shown depends on where the
            # slider stands, and not on where it was when the drawing began.
            for where in (0, 1, 0.4, 0):
                lesson.drag(handle, where)
                look, (value, low, high) = explorer.look(), position(handle)
                assert not broken(look.status), f"{name} at {value}: {look.status}"
                assert shown.setdefault(value, look) == look, f"{name} at {value}"
            assert {low, high} <= set(shown), f"{name}: dragged to {list(shown)}, not to both ends"
            assert len(shown) > 2 or high - low < 2, f"{name}: dragged to its ends only"
            assert set(shown.values()) != {first}, f"{name} changes nothing"
            assert explorer.reset() == first, f"{name}: Reset"


def test_choices_made_with_the_keyboard(lesson):
    for explorer, first in zip(lesson.explorers(), lesson.first):
        for select in explorer.locator.locator("select:visible").all():
            shown = []
            last = select.locator("option").count() - 1
            for i in sorted({0, 1, last // 2, last} & {*range(last + 1)}):
                # On a closed list the arrow keys would go to JupyterLab, to its next cell.
                select.press("Space")
                for key in ["Home", *["ArrowDown"] * i, "Enter"]:
                    lesson.page.keyboard.press(key)
                shown.append(explorer.look())
                assert select.evaluate("el => el.selectedIndex") == i, label_of(select)
            assert not any(broken(look.status) for look in shown), shown
            assert len(set(shown)) > 1, f"{label_of(select)} changes nothing"
            assert explorer.reset() == first
        for box in explorer.locator.locator("input[type=checkbox]:visible").all():
            look = explorer.press(box, "Space")
            assert look != first, f"{label_of(box)} changes nothing"
            assert not broken(look.status)
            assert explorer.reset() == first


def test_buttons_pressed_with_the_keyboard(lesson):
    for explorer, first in zip(lesson.explorers(), lesson.first):
        for button in explorer.locator.locator("button:visible:not([disabled])").all():
            name = label_of(button)
            shown = [explorer.press(button, "Enter") for _ in range(2)]
            assert not any(broken(look.status) for look in shown), f"{name}: {shown}"
            assert explorer.reset() == first, f"Reset after {name}"


def test_predictions_are_noted(lesson):
    for prediction in lesson.page.locator(".lessons-prediction:visible").all():
        prediction.locator("button").last.press("Enter")
        lesson.settle()
        assert prediction.locator("[role=status]").inner_text().strip()


def test_nothing_complained(lesson):
    """After all of the above: the kernel, the browser's console and the network were silent."""
    heard = {"kernel": lesson.kernel_errors(), "console": lesson.console, "outside": lesson.outside}
    assert heard == {"kernel": [], "console": [], "outside": []}
