"""An explorer with a step to go forward and back, and to play."""

import ipywidgets as widgets

from lessons_lib.explorers.base import Explorer


class Stepper(Explorer):
    """An explorer with a control `step`, and buttons: back, forward, play, new start.

    What the picture names as its handles can be dragged: a move by hand is a step of its own. Back
    undoes it and Forward does it again, until something else is moved at an earlier step; another
    value of any other control, New start and Reset drop all moves.

    Parameters
    ----------
    render, title, **controls
        As in `Explorer`. There must be a slider `step` from 0, and a slider `start` whose value
        says how the first step is drawn. Once something was moved, there is a setting `moves`, too:
        a tuple of (step, handle, where), the steps rising.
    last : callable
        ``last(**settings) -> int``: the step at which these settings come to rest.
    moved : callable, optional
        ``moved(picture, handle, x, y, **settings)``: where a handle is if it is dropped at a pixel
        of the picture, for `moves`.

    Attributes
    ----------
    moves : tuple
    """

    moves = ()

    def __init__(self, render, title="Stepper", *, last, moved=None, **controls):
        super().__init__(render, title, **controls)
        self._last, self._moved, self._playing, self._before = last, moved, False, None
        self._play = widgets.Button(description="Play", tooltip="Step forward until nothing moves")
        buttons = [("Back", "One step back", lambda _: self._go(-1)),
                   ("Forward", "One step forward", lambda _: self._go(+1)),
                   ("New start", "Draw other first centres", self._restart)]
        back, forward, new = (
            widgets.Button(description=name, tooltip=tip) for name, tip, _ in buttons)
        for button, (_, _, action) in zip((back, forward, new), buttons):
            button.on_click(action)
        self._play.on_click(self._toggle)
        for button in (back, forward, self._play, new):
            button.layout.width = "100px"
            button.add_class("lessons-step")
        row = widgets.HBox([back, forward, self._play, new])
        self.children = (self.children[0], row, *self.children[1:])

    @property
    def settings(self):
        return {**super().settings, **({"moves": self.moves} if self.moves else {})}

    def reset(self, _=None):
        """Stop playing, and bring back the values that the lesson starts with."""
        if self._playing:
            self._toggle()
        self._put((), self.controls["step"].value)
        super().reset()

    def close(self):
        self._playing, self._last, self._moved, self._before = False, None, None, None
        super().close()

    def heard(self, kind, x, y, handle):
        """Follow a handle: until it is dropped, it can go back to where it was."""
        if self._moved is None or handle is None:
            return
        if self._playing:
            self._toggle()
        if self._before is None:  # just picked up
            step = min(self.controls["step"].value, self._last(**self.settings),
                       self.controls["step"].max - 1)
            kept = tuple(move for move in self.moves if move[0] < step)
            self._before = self.moves, self.controls["step"].value, {
                **self.settings, "step": step, "moves": kept}
        moves, step, start = self._before
        if kind == "put back":
            self._put(moves, step)
        else:
            where = self._moved(self.picture, handle, x, y, **start)
            self._put((*start["moves"], (start["step"], handle, where)), start["step"] + 1)
        if kind != "drag":
            self._before = None

    def _put(self, moves, step):
        """Take over some moves, and draw."""
        changed = moves != self.moves
        self.moves = moves
        if step != self.controls["step"].value:
            self.controls["step"].value = step
        elif changed:
            self.redraw()

    def _changed(self, change):
        if change["owner"] is not self.controls["step"]:
            self.moves, self._before = (), None
        super()._changed(change)

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
            step = self.controls["step"]
            if step.value >= min(self._last(**self.settings), step.max):
                self._toggle()
                return
            self._go(+1)
            if self._loop is not None:  # a button may have called from another thread
                self._loop.call_soon_threadsafe(self._loop.call_later, 0.7, self._tick)
                return
