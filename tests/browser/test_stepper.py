"""The stepper of lesson 03 plays by itself until k-means rests."""
import re

import pytest
from driver import Notebook


@pytest.fixture(scope="module")
def lesson(browser, lab):
    notebook = Notebook(browser, lab, "03_landscape_kmeans.ipynb")
    assert notebook.run_all() == []
    yield notebook
    notebook.close()


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
