"""An explorer with a step to go forward and back, and to play."""

import ipywidgets as widgets

from lessons_lib.explorers.base import Explorer


class Stepper(Explorer):
    """An explorer with a control `step`, and buttons: back, forward, play, new start.

    Parameters
    ----------
    render, title, **controls
        As in `Explorer`. There must be a slider `step` from 0, and a slider `start` whose value says how
        the first step is drawn.
    last : callable
        ``last(**settings) -> int``: the step at which these settings come to rest.
    """

    def __init__(self, render, title="Stepper", *, last, **controls):
        super().__init__(render, title, **controls)
        self._last, self._playing = last, False
        self._play = widgets.Button(description="Play", tooltip="Step forward until nothing moves")
        buttons = [("Back", "One step back", lambda _: self._go(-1)),
                   ("Forward", "One step forward", lambda _: self._go(+1)),
                   ("New start", "Draw other first centres", self._restart)]
        back, forward, new = (widgets.Button(description=name, tooltip=tip) for name, tip, _ in buttons)
        for button, (_, _, action) in zip((back, forward, new), buttons):
            button.on_click(action)
        self._play.on_click(self._toggle)
        for button in (back, forward, self._play, new):
            button.layout.width = "100px"
            button.add_class("lessons-step")
        row = widgets.HBox([back, forward, self._play, new])
        self.children = (self.children[0], row, *self.children[1:])

    def reset(self, _=None):
        """Stop playing, and bring back the values that the lesson starts with."""
        if self._playing:
            self._toggle()
        super().reset()

    def _go(self, by):
        step, last = self.controls["step"], self._last(**self.settings)
        step.value = min(max(min(step.value, last) + by, 0), last, step.max)

    def _restart(self, _=None):
        start = self.controls["start"]
        self.controls["step"].value = 0
        start.value = start.min if start.value >= start.max else start.value + start.step

    def _toggle(self, _=None):
        self._playing = not self._playing
        self._play.description = "Pause" if self._playing else "Play"
        if self._playing:
            if self.controls["step"].value >= self._last(**self.settings):
                self.controls["step"].value = 0
            self._tick()

    def _tick(self):
        while self._playing:
            if self.controls["step"].value >= min(self._last(**self.settings), self.controls["step"].max):
                self._toggle()
                return
            self._go(+1)
            if self._loop is not None:
                self._loop.call_later(0.7, self._tick)
                return
