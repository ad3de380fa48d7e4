"""A bar for the cells that take seconds."""

import time

import ipywidgets as widgets
from IPython.display import display

from lessons_lib.explorers.base import LiveNote


class Progress(widgets.IntProgress):
    """Go through some steps, and show how many are done: live, never stored.

    Parameters
    ----------
    steps : iterable
        ``for step in Progress(steps):`` goes through them.

    Attributes
    ----------
    seconds : dict
        How long each step done so far took.
    """

    def __init__(self, steps):
        self._steps, self.seconds = list(steps), {}
        super().__init__(0, 0, max(len(self._steps), 1))

    def __iter__(self):
        display(self)
        for self.value, step in enumerate(self._steps):
            start = time.perf_counter()
            yield step
            self.seconds[step] = time.perf_counter() - start
        self.value = self.max

    def times(self):
        """A note on how long each step took: live, never stored."""
        told = (f"{step} {1000 * s:.0f} ms" if s < 0.5 else f"{step} {s:.1f} s"
                for step, s in self.seconds.items())
        return LiveNote(f"On your machine: {', '.join(told)}")

    def __repr__(self):
        return "Progress (live in JupyterLab)."
