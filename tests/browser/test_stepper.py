"""The stepper of lesson 03 plays by itself until k-means rests."""
import re

import pytest

STEPPER = """
from lessons_lib import landscape
from lessons_lib.explorers import landscape_kmeans as explore
explore.stepper(landscape.make(512, seed=0).image, k=4)
"""


@pytest.fixture(scope="module")
def lesson(shared_scratch):
    notebook = shared_scratch(STEPPER)
    assert notebook.run_all() == []
    return notebook


def button(explorer, name):
    return explorer.locator.get_by_role("button", name=name, exact=True)


def test_play_goes_to_rest(lesson):
    [stepper] = [e for e in lesson.explorers() if button(e, "Play").count()]
    first = stepper.look()
    assert "moving" in first.status
    button(stepper, "Play").press("Enter")
    button(stepper, "Pause").wait_for()
    stepper.locator.locator("[role=status]").filter(has_text="at rest").wait_for(timeout=40_000)
    button(stepper, "Play").wait_for()
    rest = stepper.look()
    done, of = re.search(r"round (\d+) of (\d+),", rest.status).groups()
    assert done == of and int(of) > 2 and rest.pixels != first.pixels


def test_new_start_then_forward_and_back(lesson):
    [stepper] = [e for e in lesson.explorers() if button(e, "Play").count()]
    stepper.reset()
    seen = stepper.press(button(stepper, "New start"), "Enter")
    assert "start 1 " in seen.status
    forward = stepper.press(button(stepper, "Forward"), "Enter")
    assert "round 1 of" in forward.status and forward.pixels != seen.pixels
    assert stepper.press(button(stepper, "Back"), "Enter") == seen


def inertia(status):
    return float(re.search(r"Inertia ([\d.e+]+),", status).group(1))


def test_a_centre_is_dragged_with_the_mouse(lesson):
    [stepper] = [e for e in lesson.explorers() if button(e, "Play").count()]
    first, stage, mouse = stepper.reset(), stepper.stage(), lesson.page.mouse
    stage.canvas.scroll_into_view_if_needed()
    (x, y), (far_x, far_y) = stage.middle(2), stage.middle(1)
    stage.point(x, y)
    mouse.down()
    for part in (0.3, 0.6, 0.9):  # nearly onto another one
        mouse.move(*stage.at(x + part * (far_x - x), y + part * (far_y - y)))
    held = stepper.look()
    assert "Centre 2 moved to RGB (" in held.status and held.pixels != first.pixels
    mouse.up()
    dropped = stepper.look()
    assert dropped == held and inertia(dropped.status) != inertia(first.status)
    assert stage.img.get_attribute("alt") == dropped.status

    forward = stepper.press(button(stepper, "Forward"), "Enter")
    assert inertia(forward.status) < inertia(dropped.status)
    assert stepper.press(button(stepper, "Back"), "Enter") == dropped
    assert stepper.press(button(stepper, "Back"), "Enter").pixels == first.pixels
    assert stepper.reset() == first


def test_a_centre_is_dragged_with_the_keyboard_alone(lesson):
    [stepper] = [e for e in lesson.explorers() if button(e, "Play").count()]
    first, stage, keyboard = stepper.reset(), stepper.stage(), lesson.page.keyboard
    button(stepper, "New start").focus()
    keyboard.press("Tab")  # the stage comes after the buttons
    assert stage.canvas.evaluate("el => el === document.activeElement")

    def press(*keys):
        for key in keys:
            keyboard.press(key)
        lesson.settle()
        return stage.reading.inner_text()

    assert press("n", "n").startswith("Centre 1. In the plane of the drawing: colour RGB (")
    assert press("Enter").startswith("Centre 1 is picked up.")
    press("Shift+ArrowUp", "Shift+ArrowUp", "ArrowLeft")
    assert press("Escape").startswith("Put back.") and stepper.look() == first
    press("Enter", "Shift+ArrowUp", "Shift+ArrowUp", "Shift+ArrowUp")
    assert press("Enter").startswith("Dropped.")
    dropped = stepper.look()
    assert dropped.status.startswith("Centre 1 moved to RGB (")
    assert inertia(dropped.status) != inertia(first.status)
    assert stepper.reset() == first
    assert lesson.kernel_errors() == [] and lesson.console == []
