"""A bar for the cells that take seconds."""

import ipywidgets as widgets
from IPython.display import display


class Progress(widgets.IntProgress):
    """Go through some steps, and show how many are done: live, never stored.

    Parameters
    ----------
    steps : iterable
        ``for step in Progress(steps):`` goes through them.
    """

    def __init__(self, steps):
        self._steps = list(steps)
        super().__init__(0, 0, max(len(self._steps), 1))

    def __iter__(self):
        display(self)
        for self.value, step in enumerate(self._steps):
            yield step
        self.value = self.max

    def __repr__(self):
        return "Progress (live in JupyterLab)."
