"""What an explorer does when drawing fails, and when a slider moves fast."""
import pytest
from driver import position

EXPLORER = """
import numpy as np
from lessons_lib.explorers import base
from lessons_lib.figures import Picture

def render(level):
    if 20 <= level < 30:
        raise ValueError(f"level {level} is not to be drawn")
    return Picture(np.full((60, 80, 3), 2 * level, np.uint8), f"level {level}")

base.Explorer(render, level=base.slider("level", 10, 0, 100))
"""


@pytest.fixture
def explorer(scratch):
    notebook = scratch(EXPLORER)
    assert notebook.run_all() == []
    return notebook.explorers()[0]


def test_failed_drawing_is_said_and_mended(explorer):
    notebook, log = explorer.notebook, explorer.notebook.lab.log()
    slider = explorer.sliders()[0]
    first = explorer.look()
    assert first.status == "level 10"

    slider.press("Home")
    good = explorer.look()
    assert good.status == "level 0" and good.pixels != first.pixels

    notebook.drag(slider, 0.25, steps=1)  # with nothing drawn on the way
    bad = explorer.look()
    assert f"level {position(slider)[0]:.0f} is not to be drawn" in bad.status
    assert bad.pixels == good.pixels

    notebook.drag(slider, 0.6, steps=1)
    after = explorer.look()
    assert after.status == f"level {position(slider)[0]:.0f}"
    assert after.pixels not in (good.pixels, first.pixels)
    assert explorer.reset() == first

    assert notebook.kernel_errors() == []
    assert notebook.console == []
    assert "Traceback" not in notebook.lab.log().removeprefix(log)


def test_last_value_of_a_fast_drag_is_drawn(explorer):
    slider = explorer.sliders()[0]
    for where in (1, 0, 0.5, 0.77):
        explorer.notebook.drag(slider, where, steps=50)
        fast = explorer.look()
        assert fast.status == f"level {position(slider)[0]:.0f}"
    # The picture, too: the same one as when the slider goes there step by step.
    slider.press("ArrowLeft")
    assert explorer.look().pixels != fast.pixels
    slider.press("ArrowRight")
    assert explorer.look() == fast


def test_newest_value_wins_over_slow_work(scratch):
    """A drawing made in steps is dropped for a newer one, and the last one is finished."""
    notebook = scratch(EXPLORER + """
import time

def slowly(level):
    for step in range(10):
        time.sleep(0.05)
        yield f"step {step} for level {level}"
    drawn.append(level)
    yield Picture(np.full((60, 80, 3), 2 * level, np.uint8), f"drawing {len(drawn)}: level {level}")

drawn = []
base.Explorer(slowly, level=base.slider("level", 10, 0, 100))
""")
    assert notebook.run_all() == []
    slow = notebook.explorers()[-1]
    slider = slow.sliders()[0]
    assert slow.look().status == "drawing 1: level 10"
    notebook.drag(slider, 0.9, steps=50)
    drawing, level = slow.look().status.split(": ")
    assert level == f"level {position(slider)[0]:.0f}"
    assert int(drawing.removeprefix("drawing ")) < 10  # of the 50 values on the way
    assert notebook.kernel_errors() == []
