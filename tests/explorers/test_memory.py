"""An explorer that is made anew lets go of the one before, in a real kernel."""

import sys
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

ROOT = str(Path(__file__).resolve().parents[2])
EXPLORER = """
import numpy as np
from lessons_lib.explorers import base
from lessons_lib.figures import Picture

def make(k=1):
    block = np.full(2_000_000, k)
    def render(k):
        return Picture(np.full((60, 80, 3), block[k], np.uint8), f"k is {k}.")
    return base.Explorer(render, f"Explorer {k}", k=base.slider("k", k, 0, 9))
"""
LESSON = """
import os
from lessons_lib import landscape
from lessons_lib.explorers import boundaries_and_markers as explore

scene = landscape.make(256)

def megabytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2 ** 20
"""


class Kernel:
    """Runs cells as JupyterLab does, which says which cell it is."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(cwd=ROOT)

    def run(self, cell, code):
        """Run code as the cell with this id; return what it prints."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {},
                   "allow_stdin": False, "stop_on_error": True}
        session = self.client.session
        message = session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
        self.client.shell_channel.send(message)
        printed = []
        while True:
            reply = self.client.get_iopub_msg(timeout=60)
            if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            content = reply["content"]
            assert reply["msg_type"] != "error", "\n".join(content["traceback"])
            if reply["msg_type"] == "stream":
                printed.append(content["text"])
            if content.get("execution_state") == "idle":
                return "".join(printed).strip()

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


@pytest.fixture
def kernel():
    kernel = Kernel()
    yield kernel
    kernel.close()


def test_a_cell_that_runs_again_lets_go_of_its_explorer(kernel):
    kernel.run("a", EXPLORER)
    kernel.run("b", "one = make()\none")
    kernel.run("b", "two = make()\ntwo")
    kernel.run("b", "three = make()\nthree")
    assert kernel.run("c", "print(one.closed, two.closed, three.closed)") == "True True False"
    assert kernel.run("c", "print(one)") == "Explorer 1: run the cell that makes it again."
    assert kernel.run("c", "print(one.render, one.picture)") == "None None"
    assert kernel.run("c", "three.controls['k'].value = 5") == ""
    assert kernel.run("c", "print(three.status)") == "k is 5."
    assert kernel.run("c", "print(one.comm, one.stage.comm)") == "None None"


def test_a_cell_without_its_explorer_lets_go_of_it_too(kernel):
    kernel.run("a", EXPLORER)
    kernel.run("b", "one = make()\none")
    kernel.run("b", "1 + 1")
    assert kernel.run("c", "print(one.closed)") == "True"


def test_one_explorer_in_two_cells_lives_while_one_shows_it(kernel):
    kernel.run("a", EXPLORER)
    kernel.run("b", "one = make()\none")
    kernel.run("c", "one")
    kernel.run("b", "two = make()\ntwo")
    assert kernel.run("d", "print(one.closed, two.closed)") == "False False"
    kernel.run("c", "two")
    assert kernel.run("d", "print(one.closed, two.closed)") == "True False"


def test_two_explorers_of_one_cell_live_side_by_side(kernel):
    kernel.run("a", EXPLORER)
    kernel.run("b", "both = [make(1), make(2)]\ndisplay(*both)")
    kernel.run("c", "third = make(1)\nthird")
    assert kernel.run("d", "print(*[one.closed for one in (*both, third)])") == "False False False"
    kernel.run("b", "0")
    assert kernel.run("d", "print(*[one.closed for one in (*both, third)])") == "True True False"


def test_without_ids_of_cells_nothing_is_let_go(kernel):
    kernel.run(None, EXPLORER)
    kernel.run(None, "one = make()\none")
    kernel.run(None, "two = make()\ntwo")
    assert kernel.run(None, "print(one.closed, two.closed)") == "False False"


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
def test_thirty_runs_of_lesson_05_take_no_more_memory_than_one(kernel):
    kernel.run("a", LESSON)
    used = []
    for _ in range(30):
        kernel.run("b", "explore.explorer(scene.truth, scene.image, landscape.NAMES)")
        used.append(float(kernel.run("c", "print(megabytes())")))
    # The second run closes the first, and imports what that takes.
    assert used[-1] - used[1] < 8, used
