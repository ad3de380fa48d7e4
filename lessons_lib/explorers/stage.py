"""The picture of an explorer: alt text, a pointer that reads, things to drag, a cursor for keys."""

from pathlib import Path
from threading import RLock

import anywidget
import traitlets


class Stage(anywidget.AnyWidget):
    """Shows a picture, and tells what the reader does on it.

    The page's half is `stage.js`. Positions are pixels of the picture, whatever size it has on the
    screen.

    Parameters
    ----------
    label : str
        Names the picture for those who do not see it.
    read : callable, optional
        ``read(x, y) -> str``: what is said of the pixel under the pointer or cursor.
    hear : callable, optional
        ``hear(kind, x, y, handle)``, where `kind` is "click" (`handle` is None), or, of the handle
        with this number, "drag" (again and again), "drop" or "put back" (with the place where it
        was picked up).

    Attributes
    ----------
    data : bytes
        The image file that the page has.
    shown : dict
        Of it: `kind` (its MIME type), `ahead` (its name, if it came in advance), `text` (its alt
        text), `width`, `height`, `places` (of its panels: left, top, width, height, columns, rows),
        `handles` (x, y, name).
    says : dict
        The status line: `text`, and `failed`, whether it reports an error.

    Notes
    -----
    A new picture with all its words is a single message; if the page has got the file in advance, a
    small one that names it, and a page that has not asks for it. Reading and dragging send
    nothing before the last answer has come: the newest position wins. It keeps to the anywidget
    protocol; it was tried in JupyterLab and Notebook 7.
    """

    _esm = Path(__file__).with_name("stage.js")
    _css = Path(__file__).with_name("stage.css")
    label = traitlets.Unicode().tag(sync=True)
    data = traitlets.Bytes().tag(sync=True, echo_update=False)
    shown = traitlets.Dict().tag(sync=True)
    says = traitlets.Dict().tag(sync=True)

    def __init__(self, label="Picture", *, read=None, hear=None):
        super().__init__(label=label, says={"text": "", "failed": False})
        self._read, self._hear = read, hear
        self._sent, self._name = None, 0
        self._sending = RLock()  # messages of the page may come on a second thread
        self.on_msg(self._heard)

    def ahead(self, data, kind="image/jpeg"):
        """Send a picture that is probably the next, so that `show` finds it in the page.

        Parameters
        ----------
        data, kind
            As for `show`, which takes the same `data`.
        """
        with self._sending:
            self._sent, self._name = data, self._name + 1
            self.send({"kind": "ahead", "name": self._name, "type": kind}, [data])

    def show(self, picture, data, kind="image/jpeg", adds=""):
        """Show a picture, and its words in the status line.

        Parameters
        ----------
        picture : figures.Picture
        data : bytes
            The same picture as an image file.
        kind : str
            MIME type of `data`.
        adds : str
            Further words for the status line, which are no alt text.
        """
        rows, columns = picture.rgb.shape[:2]
        shown = {"kind": kind, "text": picture.text, "width": columns, "height": rows,
                 "handles": [list(one) for one in picture.handles],
                 "places": [[*place[:4], *place.shape[::-1]] for place in picture.places]}
        with self._sending:
            ahead, self._sent = self._name if data is self._sent else None, None
            if ahead is not None:
                self.set_state({"data": data})  # as if it came from the page: it is not sent again
            with self.hold_sync():  # one message
                self.says = {"text": f"{picture.text} {adds}".strip(), "failed": False}
                self.data = data
                self.shown = {**shown, "ahead": ahead}

    def say(self, text, failed=False):
        """Write into the status line."""
        with self._sending:
            self.says = {"text": text, "failed": failed}

    def _heard(self, _, message, buffers):
        if message["kind"] == "missing":
            with self._sending:
                self.send_state("data")
            return
        kind, x, y = message["kind"], message["x"], message["y"]
        text = None
        try:
            if kind != "read":
                if self._hear is not None:
                    self._hear(kind, x, y, message.get("handle"))
            elif self._read is not None:
                text = self._read(x, y)
        finally:  # the page waits for it
            self.send({"kind": kind, "x": x, "y": y, "text": text})

    def close(self):
        """Take it from the page, and forget what it calls."""
        self._read = self._hear = self._sent = None
        self.on_msg(self._heard, remove=True)
        super().close()
