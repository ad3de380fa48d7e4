"""A slider moved while cells run leaves the pictures of these cells alone.

ipykernel 7 hands slider messages to a second thread while a cell runs, and what is drawn
there can spoil the figures of that cell. So explorers draw on the main thread. Each message
also shows and closes all unfinished pyplot figures, unless pyplot is in non-interactive mode.
"""
from driver import position

EXPLORER = """
%matplotlib inline
import time
import numpy as np
import matplotlib.pyplot as plt
from lessons_lib import figures
from lessons_lib.explorers import base

plt.ioff()  # after %matplotlib inline, which turns it on

def render(shift):
    figure, axes = figures.chart(3, 2)
    axes.plot(np.sin(np.arange(50) / 5 + shift))
    return figures.finish(figure, alt=f"shift {shift}")

base.Explorer(render, shift=base.slider("shift", 0, 0, 20))
"""
CHART = """
figure, axes = figures.chart(3, 2)
for i in range(4):
    axes.plot(np.cos(np.arange(50) / (i + {n})))
    time.sleep(0.03)
figures.finish(figure, alt="waves {n}")
"""
PYPLOT = """
figure, axes = plt.subplots(figsize=(3, 2))
for i in range(4):
    axes.plot(np.cos(np.arange(50) / (i + {n})))
    time.sleep(0.03)
plt.show()
"""
CELLS = [source.format(n=n) for n in range(3, 11) for source in (CHART, PYPLOT)]


def test_pictures_of_running_cells_stay_whole(scratch):
    notebook = scratch(EXPLORER, *CELLS)
    assert notebook.run_all() == []
    calm = notebook.figures()
    assert len(set(calm)) == len(CELLS)

    # From its second message on, a slider has a second thread of the kernel to talk to.
    handle = notebook.page.locator(".lessons-explorer .noUi-handle")
    handle.press("ArrowRight")
    notebook.settle()

    notebook.start_run(first=1)
    moves = 0
    while notebook.running():
        handle.press("ArrowLeft" if moves // 20 % 2 else "ArrowRight")
        notebook.page.wait_for_timeout(20)
        moves += 1
    assert notebook.finish_run() == []
    assert moves >= 20, "the cells were done too soon to show anything"
    assert notebook.figures() == calm

    # ... and the explorer has followed the slider to its last value.
    explorer = notebook.explorers()[0]
    assert explorer.look().status == f"shift {position(handle)[0]:.0f}"
    assert notebook.kernel_errors() == []
