"""The thin shell that all explorers share, and the prediction widget."""

import asyncio
import html
import inspect
import numbers
import time
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from threading import RLock

import ipywidgets as widgets

from lessons_lib import pixels
from lessons_lib.explorers import cells
from lessons_lib.explorers.stage import Stage

_KEPT = 6  # pictures
_REST = 0.1  # seconds without a move before drawing in advance
_LONGEST = 0.3  # seconds that a picture may take to be drawn in advance
_LOOK = {"style": {"description_width": "130px"}, "layout": {"width": "430px"}}


def slider(description, value, low, high, step=1):
    """A labelled slider, whole numbers if all of `value`, `low`, `high` and `step` are."""
    whole = all(isinstance(x, numbers.Integral) for x in (value, low, high, step))
    value, low, high, step = (int(x) if whole else float(x) for x in (value, low, high, step))
    low, high = min(low, value), max(high, value)  # the lesson may start outside the usual range
    kind = widgets.IntSlider if whole else widgets.FloatSlider
    extra = {} if whole else {"readout_format": f".{max(len(str(step)) - 2, 1)}f"}
    return kind(value=value, min=low, max=high, step=step, description=description,
                **_LOOK, **extra)


def stops(description, options, value):
    """A labelled slider over a few given values."""
    return widgets.SelectionSlider(options=options, value=value, description=description, **_LOOK)


def choice(description, options, value=None):
    """A labelled drop-down list."""
    start = {} if value is None else {"value": value}
    return widgets.Dropdown(options=options, description=description, **_LOOK, **start)


def starting(usual, start):
    """The values that controls start with: the usual ones, and what is given instead.

    Raises
    ------
    TypeError
        If a keyword is none of the usual ones.
    """
    unknown = sorted(set(start) - set(usual))
    if unknown:
        raise TypeError(f"there is no setting {unknown[0]!r}; this explorer has {', '.join(usual)}")
    return {**usual, **start}


def _jpeg(picture):
    return picture.encode("jpeg", quality=75)  # PNG takes ten times as long


def _one_more(control, old, new):
    """The value one step on from `old` to `new`, at an end one step back; None if there is none."""
    way = 1 if new > old else -1
    if isinstance(control, widgets.SelectionSlider):
        values = [one[1] if isinstance(one, tuple) else one for one in control.options]
        at = values.index(new)
        way = 1 if at > values.index(old) else -1
        near = [at + way, at - way]
        return next((values[one] for one in near if 0 <= one < len(values)), None)
    if not hasattr(control, "step") or not isinstance(new, numbers.Real):
        return None
    near = [round(new + sign * way * control.step, 9) for sign in (1, -1)]
    return next((one for one in near if control.min <= one <= control.max), None)


class _Spoken(widgets.VBox):
    """A widget whose text stands in full where no widget lives."""

    def _repr_mimebundle_(self, **kwargs):
        # ipywidgets cuts this text at 110 characters; on paper it is all there is. Version 7, which
        # Google Colab has, never comes here: it writes its own, cut text.
        return {**super()._repr_mimebundle_(**kwargs), "text/plain": repr(self)}


class Explorer(_Spoken):
    """Controls, a stage with a picture that follows them, and a line that says what it shows.

    Parameters
    ----------
    render : callable
        ``render(**settings) -> Picture`` (see `lessons_lib.figures`); one keyword
        for each control. Where drawing takes over half a second it may be a
        generator: it yields short texts while it works and a `Picture` at the end,
        and it is dropped as soon as a newer setting is there.
    title : str
        Names the explorer in a static view, where no slider lives.
    **controls : ipywidgets with a `value`
        Each must have a description.

    Attributes
    ----------
    controls : dict of str to ipywidget
        By the names of the settings, in the order shown.
    settings : dict
        The values of the controls.
    render : callable
        As given.
    picture : Picture
        The last good picture. What the pointer reads on it is in `Picture.places`.
    stage : stage.Stage
        What shows it.
    closed : bool
        Whether this explorer was let go: when the cells that made or showed it have run again.

    Notes
    -----
    Each message of a moved slider only notes that there is something to draw; the
    drawing itself runs on the kernel's main thread, once, with the newest values.
    So drags do not pile up, and no drawing happens in the middle of a running cell
    (ipykernel 7 delivers these messages on a second thread). What is drawn already is shown
    at once.

    The last few pictures are kept, and after a move the next one in the same direction, at an end
    that on the way back, is drawn, and sent, in advance once the kernel has nothing else to do. So
    `render` must depend on its settings alone.

    A class made from this one gets what the reader does on the stage by defining
    ``heard(kind, x, y, handle)`` (see `stage.Stage`), and by ``expects(x, y)`` it says which
    settings a click there would lead to, or None: that picture, too, is drawn in advance while the
    pointer rests. Where drawing rests on slow work it defines
    ``work(**settings)``, which returns such work as a function without parameters, or None where it
    is done already: it runs on a thread of its own, the status line says for how long, and who
    moves on need not wait for it; that of the next step is begun while the reader rests.
    ``adds(**settings)`` is what the status line says besides, such as a time: live, never stored.
    """

    heard, expects, work, adds = None, None, None, None
    closed = True  # until it is made

    def __init__(self, render, title="Explorer", **controls):
        for name, control in controls.items():
            if not getattr(control, "description", ""):
                raise ValueError(f"control {name!r} must have a description: it is its label")
        self.render, self.controls, self._title = render, controls, title
        self.picture = None
        self._start = self.settings
        self.stage = Stage(f"Picture of the {title}. Arrow keys move a cursor that reads it.",
                           read=self._read, hear=self._hear)
        reset = widgets.Button(description="Reset", tooltip="Bring the lesson's values back",
                               layout={"width": "100px"})
        reset.on_click(self.reset)
        reset.add_class("lessons-reset")
        box = widgets.HBox([*controls.values(), reset], layout={"flex_flow": "row wrap"})
        super().__init__([box, self.stage])
        self.add_class("lessons-explorer")
        self.closed = False
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:  # plain Python, no kernel: draw at once
            self._loop = None
        self._waiting, self._running = False, None
        self._kept, self._took, self._move = {}, 0.0, None
        self._front, self._presenting, self._coming = None, RLock(), (None, None)
        self._pointing = None
        self._draw()
        for control in controls.values():
            control.observe(self._changed, "value")
        cells.hold(self)

    def __repr__(self):
        if self.closed:
            return f"{self._title}: run the cell that makes it again."
        return (f"{self._title} (live in JupyterLab). "
                f"{self.picture.text if self.picture else ''}").strip()

    def _repr_mimebundle_(self, **kwargs):
        if self.closed:
            return {"text/plain": repr(self)}
        cells.hold(self)  # where it is shown
        return super()._repr_mimebundle_(**kwargs)

    def close(self):
        """Take it from the page and forget all that it holds."""
        if self.closed:
            return
        self.closed, self._waiting = True, True  # nothing is drawn from here on
        if self._running is not None:
            self._running.close()
        for control in self.controls.values():
            control.unobserve(self._changed, "value")
        self._kept.clear()
        self.render = self.picture = self._running = self._move = self._front = None
        self._coming = None, None
        if self._pointing is not None:
            self._pointing.cancel()
        _close_below(self)
        super().close()

    @property
    def settings(self):
        # The page snaps a slider to low + n * step in floating point: 0.95 comes back as
        # 0.9500000000000001, which is another picture.
        return {name: round(control.value, 9) if isinstance(control.value, float) else control.value
                for name, control in self.controls.items()}

    def reset(self, _=None):
        """Bring back the values that the lesson starts with."""
        for name, value in self._start.items():
            self.controls[name].value = value

    def _changed(self, change):
        self._move = change
        self.redraw()

    def redraw(self):
        """Draw once more, as soon as the kernel is free; what is drawn already is shown at once."""
        if self._loop is None:
            self._draw()
            return
        kept = self._kept.get(_key(self.settings))
        if kept is not None and self._running is None:
            self._present(*kept)  # nothing is drawn, so any thread will do
        if not self._waiting:
            self._waiting = True
            self._loop.call_soon_threadsafe(self._draw)

    def _read(self, x, y):
        if self.expects is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._point, x, y)
        try:
            return "" if self.picture is None else pixels.read(self.picture, x, y)
        except Exception as error:  # as with drawing: its traceback would show nowhere
            return f"Not read: {error}."

    def _hear(self, *what):
        if self.heard is None or self.closed:
            return
        if self._loop is None:
            self.heard(*what)
        else:  # on the kernel's main thread, as all that changes something
            self._loop.call_soon_threadsafe(self.heard, *what)

    def _draw(self):
        if self.closed:
            return
        self._waiting = False
        if self._running is not None:
            self._running.close()
        self._running = None
        settings = self.settings
        try:
            slow = self._slow(settings) if self.picture is not None else None
            result = self._make(settings) if slow is None else self._wait(slow, settings)
        except Exception as error:  # a callback's traceback would show nowhere in the page
            self._fail(error)
            return
        if inspect.isgenerator(result):
            self._running = result
            self._advance(result)
            return
        newest = self._kept.get(_key(self.settings), (None,))
        if not self._waiting or newest[0] is not self._front:  # else the reader sees a later one
            self._present(*result)
        self._rest(settings)

    def _present(self, picture, image, adds=""):
        """Show a picture, unless it is what one sees."""
        with self._presenting:
            if picture is not self._front:
                self._front = picture
                self._show(picture, image, adds)

    def _slow(self, settings):
        """The slow work that these settings still need, if the page can wait for it."""
        return None if self._loop is None or self.work is None else self.work(**settings)

    def _wait(self, slow, settings):
        """Say that something is going on until slow work is done, then draw."""
        begin, going = time.perf_counter(), self._under_way(slow, settings)
        try:
            while not going.done():
                spent = time.perf_counter() - begin
                yield f"At work, {spent:.1f} s so far; you can move on." if spent > _REST else ""
            going.result()
            yield self._make(settings)
            self._rest(settings)
        finally:
            going.cancel()  # what has begun ends by itself

    def _make(self, settings):
        """The picture for these settings, its JPEG and what `adds` says; or a generator."""
        key = _key(settings)
        made = None if key is None else self._kept.pop(key, None)
        if made is None:
            start = time.perf_counter()
            picture = self.render(**settings)
            if inspect.isgenerator(picture):
                return picture
            live = self._loop is not None and self.adds is not None
            made = picture, _jpeg(picture), self.adds(**settings) if live else ""
            self._took = time.perf_counter() - start
        if key is None:
            return made
        self._kept[key] = made  # at the end: the first is the one not used for longest
        if len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return made

    def _rest(self, settings):
        """See to the next step if no other is taken meanwhile."""
        if self._loop is not None and self._move is not None:
            self._loop.call_later(_REST, self._look_ahead, settings)

    def _under_way(self, slow, settings):
        """Slow work for these settings: what goes on already, or begun now."""
        key, (ahead, going) = _key(settings), self._coming
        if key is None or key != ahead or going.done():  # then it failed: once more
            going = aside(slow)
            self._coming = key, going
        return going

    def _look_ahead(self, settings):
        """Draw what one more step of the same control will ask for, if the reader rests."""
        # Work that would hold up a reader who does something else is left until it is asked for.
        if self.closed or self._waiting or self.settings != settings or self._took > _LONGEST:
            return
        control, old, new = (self._move[name] for name in ("owner", "old", "new"))
        value = _one_more(control, old, new)
        if value is not None:
            name = next(name for name, one in self.controls.items() if one is control)
            self._prepare({**settings, name: value})

    def _point(self, x, y):
        """The pointer is here; if it rests, see to what a click would lead to."""
        if self._pointing is not None:
            self._pointing.cancel()
        if not self.closed:
            self._pointing = self._loop.call_later(_REST, self._look_at, x, y)

    def _look_at(self, x, y):
        """Draw what a click here will ask for."""
        if self.closed or self._waiting or self._running is not None or self._took > _LONGEST:
            return
        ahead = self.expects(x, y)
        if ahead not in (None, self.settings):
            self._prepare(ahead)

    def _prepare(self, ahead, begun=None):
        """Draw for these settings and send it in advance, if no others came since it was begun."""
        settings = self.settings
        if self.closed or self._waiting or begun not in (None, settings):
            return
        try:
            slow = self._slow(ahead)
            if slow is None:
                made = self._make(ahead)
                if not inspect.isgenerator(made):
                    self.stage.ahead(made[1])
            elif begun is None:  # on its own thread; then come back
                self._under_way(slow, ahead).add_done_callback(
                    lambda _: self._loop.call_soon_threadsafe(self._prepare, ahead, settings))
        except Exception:  # it is shown when the reader gets there
            pass

    def _advance(self, work):
        while work is self._running:
            try:
                step = next(work)
                if not isinstance(step, str):
                    self._present(*(step if isinstance(step, tuple) else (step, _jpeg(step))))
                    continue
            except StopIteration:
                self._running = None
                return
            except Exception as error:
                self._running = None
                self._fail(error)
                return
            if step and step != self.status:
                self.say(step)
            if self._loop is not None:  # let newer settings come in between
                self._loop.call_later(0.005, self._advance, work)
                return

    def _show(self, picture, image, adds=""):
        self.picture = picture
        self.stage.show(picture, image, adds=adds)

    def say(self, text, failed=False):
        """Write something else into the status line, until a picture is shown."""
        self._front = None
        self.stage.say(text, failed)

    def _fail(self, error):
        reason = str(error).rstrip(".") or type(error).__name__
        last = " The last picture stays." if self.picture else ""
        self.say(f"Not drawn: {reason}.{last}", failed=True)

    @property
    def status(self):
        """The text in the status line."""
        return self.stage.says["text"]


def aside(work):
    """Begin some work on another thread; returns its `concurrent.futures.Future`."""
    return _threads().submit(work)


@lru_cache(maxsize=1)
def _threads():
    # Two: who moves on while one is busy gets the other. What waits and is not wanted any more is
    # taken back, so that a drag piles up nothing.
    return ThreadPoolExecutor(2, thread_name_prefix="explorer")


def _key(settings):
    """The settings as a key; None if one cannot be, such as the files of an upload."""
    key = tuple(settings.values())
    try:
        hash(key)
    except TypeError:
        return None
    return key


def _close_below(widget):
    """Close the widgets inside a widget, with their layouts and styles."""
    for name in ("layout", "style"):
        if isinstance(getattr(widget, name, None), widgets.Widget):
            getattr(widget, name).close()
    for child in getattr(widget, "children", ()):
        _close_below(child)
        child.close()


class Prediction(_Spoken):
    """A question to answer before the cell below it runs.

    Parameters
    ----------
    question : str
    control : ipywidget with a `value`
        From `slider` or `choice`.

    Attributes
    ----------
    value
        What was committed; None before.
    """

    def __init__(self, question, control):
        self.value, self._control = None, control
        self._commit = widgets.Button(description="Commit my guess", button_style="primary")
        self._note = widgets.HTML()
        self._commit.on_click(self.commit)
        super().__init__([widgets.HTML(f"<b>Predict.</b> {html.escape(question)}"),
                          widgets.HBox([control, self._commit]), self._note])
        self.add_class("lessons-prediction")
        self._question = question

    def __repr__(self):
        return f"Predict (live in JupyterLab): {self._question}"

    def commit(self, _=None):
        """Keep the present answer; a later call has no effect."""
        if self.value is None:
            self.value = self._control.value
            self._commit.disabled = self._control.disabled = True
            self._note.value = f'<p role="status">Noted: {html.escape(str(self.value))}</p>'

    def reveal(self, truth):
        """Print the truth beside the guess.

        Parameters
        ----------
        truth : str or number
            What the lesson has just measured.
        """
        mine = "no guess committed" if self.value is None else f"your guess: {self.value}"
        print(f"Measured: {truth} ({mine})")


class LiveNote(widgets.HTML):
    """Text that differs from run to run, such as a time: shown live, never stored.

    Parameters
    ----------
    text : str
    """

    def __init__(self, text):
        super().__init__(f'<p style="margin:4px 0;white-space:pre-line">{html.escape(text)}</p>')

    def __repr__(self):
        return "Times on your machine (live in JupyterLab)."
