"""An explorer for a picture of your own: upload, names, undo, truth, files."""

import base64
import hashlib
import html
from concurrent.futures import wait
from functools import partial
from pathlib import Path

import ipywidgets as widgets

from lessons_lib import accuracy, batches, exports, images, recipes, sources
from lessons_lib.explorers.base import Explorer, aside
from lessons_lib.history import History

LIMIT = 200_000_000  # bytes of an upload, as `make lab`, `make app` and Binder set it
LINK = 60_000_000  # bytes that a page can hand over as a link
_TELL = 0.05  # seconds from a picture to its table
_POLL = 2.0  # seconds between two looks into the folder
_TOOLS = {"read only": "Arrow keys or the pointer read; a click does nothing.",
          "name the class": "A click, or Enter, gives the class here the name in the box.",
          "name the region": "A click, or Enter, gives only the connected region here that name.",
          "merge": "Click the class that is to go, then the one that takes it in.",
          "point of truth": "A click says: here is truly what the name box says.",
          "measure": "Click both ends of a line of known length; write the length, such as 50 um, "
                     "into the name box first."}
_WIDE = {"style": {"description_width": "130px"}, "layout": {"width": "430px"}}
_NOTHING = ((), (), None)  # no edits, no points, no scale


class Workbench(Explorer):
    """An explorer whose picture can be any, and on which one works.

    Parameters
    ----------
    desk : callable
        ``desk(opening)`` makes what opens, cuts and draws, see `your_own_picture.Desk`.
    title : str
    app : bool
        Served to visitors: reads uploads and the folder alone, and writes nothing.
    folder : str
        Its pictures are in the list.
    **controls
        As in `Explorer`; `picture` is a list.

    Attributes
    ----------
    history : History
        Its state is (edits, points, scale).
    uploads : dict of str to bytes
        What this page has uploaded; no other page sees it.
    made : dict of str to bytes
        The files of the last export.
    """

    def __init__(self, desk, title, *, app=False, folder=".", **controls):
        self.history, self.uploads, self.made = History(_NOTHING), {}, {}
        self._app, self._folder = app, Path(folder).expanduser().resolve()
        self._page, self._bands, self._first, self._job = 0, None, None, None
        self._opened, self._stamps = {}, {}
        self.desk = desk(self._open)
        super().__init__(self.desk.render, title, **controls)
        self._listed = list(controls["picture"].options)
        self._make_rows()
        self._fresh()
        self._list_folder()
        self._tell(self.result(), self.history.state)
        if self._loop is not None:
            self._telling = self._loop.call_later(0, lambda: None)
            self._poll = self._loop.call_later(_POLL, self._look_again)

    # What is opened, and from where.

    def _open(self, picture, page, bands):
        stamp = images.stamp(picture) if picture not in self.uploads else ()
        if self._stamps.setdefault(picture, stamp) != stamp:  # the file is another one now
            self._stamps[picture] = stamp
            self._kept.clear()
        key = picture, stamp, page, bands
        if key not in self._opened:
            source = sources.load(self.uploads.get(picture, picture), page=page, bands=bands)
            self._opened = dict([*self._opened.items()][-1:])  # large ones: only the last two
            self._opened[key] = source
        return self._opened[key]

    def load(self, picture, data=None, page=0, bands=None):
        """Show another picture; one that cannot be read is told in a sentence, the last stays.

        Parameters
        ----------
        picture : str
            A name from `images.names()` or a path; with `data` any name.
        data : bytes, optional
            The picture's file, as an upload gives it.
        page, bands
            As in `sources.load`.

        Returns
        -------
        bool
            Whether it is shown.
        """
        bands = (bands,) if isinstance(bands, int) else bands  # one is understood, too
        try:
            name, picture = self._key(picture, data)
            source = self._open(picture, page, bands)
        except (ValueError, TypeError, OSError, MemoryError) as error:
            self._refuse(str(error) or type(error).__name__)
            return False
        control = self.controls["picture"]
        self.history.forget(_NOTHING)
        control.unobserve(self._changed, "value")  # that would begin at the first page
        if picture not in [value for _, value in control.options]:
            self._listed = [*self._listed, (name, picture)]
            control.options = [*control.options, (name, picture)]
        control.value = picture
        control.observe(self._changed, "value")
        self._turn_to(source, page, bands)
        self.redraw()
        return True

    def _turn_to(self, source, page, bands):
        """Go to a page and bands of what was opened; their boxes follow."""
        self._page, self._bands, self._first = page, bands, None
        boxes = self._pages, self._shown_bands
        for box in boxes:
            box.unobserve(self._reopen, "value")
        self._pages.max, self._pages.value = max(0, source.pages - 1), page
        self._shown_bands.value = " ".join(map(str, bands or ()))
        for box, more in zip(boxes, (source.pages > 1, source.bands > 3)):
            box.layout.display = "" if more else "none"
            box.observe(self._reopen, "value")

    def _key(self, picture, data):
        """The name in the list, and the value, of what is to be opened."""
        if data is not None:
            if len(data) > LIMIT:
                raise ValueError(f"The file has {len(data) / 1e6:.0f} MB; {LIMIT / 1e6:.0f} MB "
                                 "are the limit of an upload. Give its path instead")
            name = Path(str(picture).replace("\\", "/")).name or "picture"
            key = f"upload {hashlib.sha256(data).hexdigest()[:8]}/{name}"
            self.uploads = dict([*self.uploads.items()][-2:]) | {key: data}
            return name, key
        picture = str(picture)
        if picture in self.uploads or picture in images.names():
            return picture.rsplit("/", 1)[-1], picture
        if self._app:
            path = (self._folder / picture).resolve()
            if not path.is_relative_to(self._folder):
                raise ValueError("Only uploads and the pictures in the list can be opened here")
            if not path.is_file():
                raise ValueError("There is no such picture in the folder of this page")
            return path.name, str(path)
        return Path(picture).name, picture

    def _list_folder(self):
        try:
            found = sources.in_folder(self._folder)
        except (ValueError, OSError):  # it may be back at the next look
            return
        if self._app:
            found = [path for path in found if path.resolve().is_relative_to(self._folder)]
        known = {value for _, value in self._listed}
        new = [(path.name, str(path)) for path in found if str(path) not in known]
        control = self.controls["picture"]
        wanted = [*self._listed, *new]
        if list(control.options) != wanted:
            value = control.value
            control.unobserve(self._changed, "value")  # the options go, and come back with it
            control.options = wanted
            control.value = value if value in [one for _, one in wanted] else wanted[0][1]
            control.observe(self._changed, "value")
            if control.value != value:  # its file is gone
                self._fresh()
                self.redraw()

    def _look_again(self):
        if not self.closed:
            self._list_folder()
            self._poll = self._loop.call_later(_POLL, self._look_again)

    # The page.

    def _make_rows(self):
        self._upload = widgets.FileUpload(
            description="Upload", multiple=False,
            tooltip=f"One picture, up to {LIMIT / 1e6:.0f} MB")
        self._path = widgets.Text(description="path", continuous_update=False,
                                  placeholder="of a picture", **_WIDE)
        self._pages = widgets.BoundedIntText(description="page", min=0, max=0, **_WIDE)
        self._shown_bands = widgets.Text(description="bands", continuous_update=False,
                                         placeholder="such as 4 3 2", **_WIDE)
        self._tool = widgets.Dropdown(description="a click", options=list(_TOOLS), **_WIDE)
        self._name = widgets.Text(description="name", placeholder="such as water", **_WIDE)
        self._full = widgets.Checkbox(description="export at full size", indent=False,
                                      layout={"width": "200px"})
        self._where = widgets.Text(description="write into", continuous_update=False,
                                   placeholder="a folder; empty: a link only", **_WIDE)
        self._later = widgets.Dropdown(description="a later date", options=[("none", None)],
                                       **_WIDE)
        self._bar = widgets.IntProgress(min=0, max=100, description="work",
                                        layout={"display": "none"})
        self._table, self._out = widgets.HTML(), widgets.HTML()
        buttons = {
            "Undo": ("One step back, up to 20", self._undo), "Redo": ("One step on", self._redo),
            "Advice on k": ("What several criteria say", self.advise),
            "Draw 20 points": ("At random in each class, to be named", self._draw_points),
            "Export": ("All files in one ZIP", self.export),
            "Name the folder": ("All pictures of the list, by these centres", self.name_folder),
            "Stop": ("The work that runs", self.stop)}
        self.buttons = {}
        for name, (tip, action) in buttons.items():
            self.buttons[name] = widgets.Button(description=name, tooltip=tip,
                                                layout={"width": "140px"})
            self.buttons[name].on_click(self._safely(action))
        if self._app:
            self._where.layout.display = "none"
        limit = widgets.HTML(f"<p style='margin:4px 0'>Up to {LIMIT / 1e6:.0f} MB; for larger "
                             "files the path. Kept while this kernel runs.</p>")
        wrap = {"layout": {"flex_flow": "row wrap"}}
        at = self.buttons
        opening = widgets.HBox([self._upload, limit, self._path, self._pages, self._shown_bands],
                               **wrap)
        work = widgets.HBox([self._tool, self._name, at["Undo"], at["Redo"], at["Advice on k"],
                             at["Draw 20 points"]], **wrap)
        out = widgets.HBox([at["Export"], self._full, self._where, at["Name the folder"],
                            self._later, at["Stop"], self._bar], **wrap)
        self._upload.observe(self._uploaded, "value")
        self._path.observe(lambda change: change["new"].strip() and self.load(
            change["new"].strip()), "value")
        self._pages.observe(self._reopen, "value")
        self._shown_bands.observe(self._reopen, "value")
        self._tool.observe(self._say_tool, "value")
        self._compare = self._safely(self.compare)
        self._later.observe(self._compare, "value")
        self.controls["picture"].observe(lambda _: self._offer(), "options")
        self._offer()
        self._full.observe(self._say_full, "value")
        box, stage = self.children
        self.children = (opening, work, stage, self._table, out, self._out)
        self.children = (box, *self.children)
        self.add_class("lessons-workbench")

    def _safely(self, action):
        def act(_=None):
            try:
                action()
            except Exception as error:  # its traceback would show nowhere in the page
                self._refuse(str(error) or type(error).__name__)
        return act

    def _refuse(self, reason):
        last = " The last picture stays." if self.picture else ""
        self.say(f"{reason.rstrip('.')}.{last}", failed=True)

    def _uploaded(self, change):
        for one in _files(change["new"]):
            self.load(one["name"], bytes(one["content"]))

    def _reopen(self, _):
        bands = None
        try:
            if self._shown_bands.value.strip():
                bands = tuple(int(one) for one in self._shown_bands.value.split())
        except ValueError:
            self._refuse(f"bands must be whole numbers, such as 4 3 2; got "
                         f"{self._shown_bands.value!r}")
            return
        self.load(self.controls["picture"].value, page=self._pages.value, bands=bands)

    def _say_tool(self, change):
        self._first = None
        self.say(_TOOLS[change["new"]])

    def _say_full(self, change):
        size = "the picture's full size" if change["new"] else "the working size"
        self.say(f"Export writes the labels at {size}.")

    # Drawing.

    @property
    def settings(self):
        return self._with(self.history.state)

    def _with(self, state):
        """The settings with what was done by hand."""
        edits, points, scale = state
        more = {"edits": edits, "points": points, "scale": scale, "page": self._page,
                "bands": self._bands}
        usual = {"edits": (), "points": (), "scale": None, "page": 0, "bands": None}
        return {**super().settings, **{key: value for key, value in more.items()
                                       if value != usual[key]}}

    @property
    def recipe(self):
        """The present settings as a `recipes.Recipe`."""
        given = super().settings
        given.pop("picture")
        return recipes.Recipe(**given, edits=self.history.state[0])

    def work(self, picture, page=0, bands=None, edits=(), points=(), scale=None, **told):
        """What is slow: the cut, if it is not made yet."""
        recipe = recipes.Recipe(**told)
        if self.desk.has_cut(picture, recipe, page, bands):
            return None
        return partial(self.desk.cut, picture, recipe, page, bands)

    def _changed(self, change):
        if change["owner"] is self.controls["picture"]:
            self._fresh()
        super()._changed(change)

    def _fresh(self):
        """Begin with the picture of the list: nothing done by hand, its first page."""
        self.history.forget(_NOTHING)
        self._page, self._bands, self._first = 0, None, None
        try:
            source = self._open(self.controls["picture"].value, 0, None)
        except Exception:  # drawing says why
            return
        self._turn_to(source, 0, None)

    def _show(self, *made):
        super()._show(*made)
        if not hasattr(self, "_table"):
            return
        what = self.result(), self.history.state
        if self._loop is None:
            self._tell(*what)
        else:
            self._loop.call_soon_threadsafe(self._tell_soon, *what)

    def _tell_soon(self, *what):
        """Write the table after the picture has gone out."""
        self._telling.cancel()
        if not self.closed:
            self._telling = self._loop.call_later(_TELL, self._tell, *what)

    def result(self):
        """The present result: source, small picture, cut and map."""
        return self.desk.cut(self.controls["picture"].value, self.recipe, self._page, self._bands)

    def _tell(self, result, state):
        """The table of classes, and what the points say."""
        from lessons_lib.explorers.your_own_picture import trust

        source, small, _, made = result
        _, points, scale = state
        table, _ = self.desk.areas(source, small, made, scale)
        head = "".join(f"<th scope='col'>{html.escape(str(one))}</th>" for one in table.columns)
        rows = "".join("<tr>" + "".join(f"<td>{html.escape(_said(one))}</td>" for one in row)
                       + "</tr>" for row in table.itertuples(index=False))
        found = trust(made, points)
        words = "" if found is None else f"<p>{html.escape(accuracy.in_words(found))}</p>"
        if not len(made.names):
            words += "<p>There are no regions: the table is empty.</p>"
        undo, redo = self.history.steps
        self.buttons["Undo"].disabled, self.buttons["Redo"].disabled = not undo, not redo
        self._table.value = f"<table><tr>{head}</tr>{rows}</table>{words}"

    def _scale(self, source):
        scale = self.history.state[2]
        return scale if scale is not None else (source.pixel_size, source.unit)

    def reset(self, _=None):
        """Bring back the values that the lesson starts with; what was done by hand goes."""
        self.stop()
        self._fresh()
        self._tool.value, self._full.value, self._name.value = "read only", False, ""
        self._later.value, self._out.value, self.made = None, "", {}
        super().reset()
        self.redraw()

    def close(self):
        if not self.closed:
            self._job = None
            if self._loop is not None:
                self._poll.cancel()
                self._telling.cancel()
            self.desk, self.uploads, self._opened, self.made = None, {}, {}, {}
        super().close()

    # Work on the stage.

    def heard(self, kind, x, y, handle):
        """Do what a click does now."""
        if kind == "click" and self.picture is not None:
            at = self._at(x, y)
            if at is not None:
                self._safely(lambda: self.click(*at))()

    def expects(self, x, y):
        """The settings after a click here, if that does something to the map."""
        at = None if self.picture is None else self._at(x, y)
        if at is None or self._tool.value not in ("name the class", "name the region"):
            return None
        if not self._name.value.strip():
            return None
        edits, points, scale = self.history.state
        state = self._after(*at), points, scale
        return None if state[0][-1:] == edits[-1:] else self._with(state)

    def _at(self, x, y):
        """The row and column of the working size at a place on the stage, or None."""
        for place in self.picture.places:
            down = (y + 0.5 - place.top) / place.height
            across = (x + 0.5 - place.left) / place.width
            if 0 <= down < 1 and 0 <= across < 1:
                return int(down * place.shape[0]), int(across * place.shape[1])
        return None

    def _after(self, row, column):
        """The edits with one more: the name in the box, for the class or the region here."""
        kind = self._tool.value.split()[-1].replace("class", "name")
        return (*self.history.state[0], (kind, row, column, self._name.value.strip()))

    def click(self, row, column):
        """A click on a pixel of the working size, with the present tool and name."""
        tool, name = self._tool.value, self._name.value.strip()
        edits, points, scale = self.history.state
        if tool == "read only":
            return
        if tool in ("merge", "measure"):
            if self._first is None:
                self._first = row, column
                self.say(f"From row {row}, column {column}. Now the second click.")
                return
            first, self._first = self._first, None
            if tool == "merge":
                edits = (*edits, ("merge", *first, row, column))
            else:
                scale = self._measured(first, (row, column), name)
        elif not name:
            raise ValueError("Write a name into the box first")
        elif tool == "point of truth":
            points = _with_point(points, row, column, name)
        else:
            edits = self._after(row, column)
        self.history.do((edits, points, scale))
        self.redraw()

    def _measured(self, one, other, text):
        """The scale that a line of known length gives."""
        number, _, unit = text.partition(" ")
        try:
            length = float(number)
        except ValueError:
            length = 0
        unit = unit.strip().replace("µ", "u") or "px"
        if not length > 0 or unit not in exports.UNITS:
            raise ValueError("The length must be a number above 0 and one of "
                             f"{', '.join(exports.UNITS)}, such as 50 um; got {text!r}")
        source, small, *_ = self.result()
        pixels = ((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5
        if pixels < 2:
            raise ValueError("The line must have two ends")
        return length / (pixels * source.image.shape[1] / small.shape[1]), unit

    def _undo(self):
        self.history.undo()
        self.redraw()

    def _redo(self):
        self.history.redo()
        self.redraw()

    def _draw_points(self):
        edits, points, scale = self.history.state
        *_, made = self.result()
        new = tuple((int(row), int(column), "")
                    for row, column in accuracy.draw_points(made.classes, 20))
        self.history.do((edits, tuple(one for one in points if one[2]) + new, scale))
        self._tool.value = "point of truth"
        self.redraw()

    def advise(self):
        """Say what several criteria advise."""
        _, small, known = self.desk.small(self.controls["picture"].value, self._page, self._bands)
        self._begin(_beside(partial(recipes.advise, small, self.recipe, known=known)),
                    lambda found: self.say(found[1]))

    # Long work.

    def _begin(self, steps, done):
        """Go through steps between other messages; progress shows, and Stop drops them."""
        self.stop()
        self._job = steps
        self._bar.value, self._bar.layout.display = 0, ""
        self._advance_job(steps, done)

    def _advance_job(self, steps, done):
        while steps is self._job:
            try:
                self._bar.value = int(100 * next(steps))
            except StopIteration as end:
                self.stop()
                result = end.value
                self._safely(lambda: done(result))()
                return
            except Exception as error:
                self.stop()
                self._refuse(str(error) or type(error).__name__)
                return
            if self._loop is not None:  # a button may have called from another thread
                self._loop.call_soon_threadsafe(
                    self._loop.call_later, 0.005, self._advance_job, steps, done)
                return

    def stop(self):
        """Drop the work that runs."""
        self._job = None
        if hasattr(self, "_bar"):
            self._bar.layout.display = "none"

    def kept(self):
        """The present settings, see `batches.settings`."""
        source, _, found, made = self.result()
        size, unit = self._scale(source)
        picture = self.controls["picture"].value
        if picture in self.uploads or self._app:
            picture = picture.replace("\\", "/").rsplit("/", 1)[-1]
        return batches.settings(self.recipe, found, made, picture=picture, page=self._page,
                                bands=self._bands, pixel_size=size, unit=unit)

    def export(self):
        """Make all files of the present map, as a link and, if a folder is named, there."""
        source, small, _, made = self.result()
        kept, full = self.kept(), self._full.value
        overlay = self.desk.render(**self.settings).encode()  # what is shown may lag behind
        data = self.uploads.get(self.controls["picture"].value)

        def steps():
            labels = None
            yield 0.02
            if full:
                labels = (yield from recipes.full_size(
                    source.image, self.recipe, known=source.known)).classes
            files = exports.files(small, made.classes, made.names, kept, overlay, source=source,
                                  labels=labels, full=full)
            if data is not None:  # the script beside it finds it
                files[kept["picture"]] = data
            return files
        self._begin(steps(), self._hand_out)

    def _hand_out(self, files):
        self.made = files
        words = [f"{len(files)} files"]
        if self._where.value.strip() and not self._app:
            exports.save(self._where.value.strip(), files)
            words.append(f"written into {html.escape(self._where.value.strip())}")
        link = exports.archive(files)
        if len(link) <= LINK:
            words.append(_link(link, "map.zip", "application/zip"))
        else:
            words.append(f"{len(link) / 1e6:.0f} MB are too many for a link: name a folder")
        self._out.value = f"<p role='status'>{', '.join(words)}.</p>"

    def name_folder(self):
        """Name the pixels of all pictures of the folder by the centres and names found here."""
        paths, kept = sources.in_folder(self._folder), self.kept()
        if not paths:
            raise ValueError("There are no pictures in the folder of this page")

        def steps():
            work = batches.name_folder(paths, {**kept, "page": 0})
            while True:
                try:
                    done = next(work)
                except StopIteration as end:
                    return end.value
                yield done / len(paths)
        self._begin(steps(), self._tell_folder)

    def _offer(self):
        """The pictures of the list, as later dates of the present one."""
        value, pictures = self._later.value, self.controls["picture"].options
        self._later.unobserve(self._compare, "value")  # the options go, and come back with it
        self._later.options = [("none", None), *pictures]
        self._later.value = value if value in [one for _, one in pictures] else None
        self._later.observe(self._compare, "value")
        if self._later.value != value:
            self._compare()

    def compare(self):
        """What became of what in a later picture of the same scene, named by the same centres."""
        if self._later.value is None:
            self._out.value = ""
            return
        source, later = self.result()[0], self._open(self._later.value, 0, None)
        namer, (size, unit) = batches.Namer(self.kept()), self._scale(source)

        def work():
            before, after = (namer(one.image, one.known) for one in (source, later))
            return batches.change(before, after, namer.names, pixel_size=size)
        self._begin(_beside(work), partial(self._tell_change, unit if size else None))

    def _tell_change(self, unit, table):
        counted = f"{html.escape(unit)}²" if unit else "pixels"
        self._out.value = (
            f"<p role='status'>From row (before) to column (after), in {counted}; "
            f"{_link(table.to_csv().encode(), 'change.csv', 'text/csv')}.</p>"
            + table.to_html(border=0, float_format="{:,.4g}".format))

    def _tell_folder(self, found):
        table, failed = found
        passed = "".join(f"<li>{html.escape(name)}: {html.escape(why)}</li>"
                         for name, why in failed.items())
        self._out.value = (
            f"<p role='status'>{table['picture'].nunique()} pictures, "
            f"{_link(table.to_csv(index=False).encode(), 'pictures.csv', 'text/csv')}.</p>"
            + (f"<p>Passed over:</p><ul>{passed}</ul>" if passed else ""))


def _beside(work):
    """Steps of work that runs on a thread of its own, so that the kernel stays free."""
    going = aside(work)
    try:
        while not going.done():
            yield 0.1
            wait([going], 0.01)
        return going.result()
    finally:
        going.cancel()


def _files(value):
    """The files of an upload, whichever version of ipywidgets gave them."""
    if isinstance(value, dict):  # version 7
        return [{"name": name, "content": one["content"]} for name, one in value.items()]
    return list(value)


def _said(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _link(data, name, kind):
    return (f"<a download='{name}' href='data:{kind};base64,{base64.b64encode(data).decode()}'>"
            f"download {name}</a> ({len(data) / 1e6:.1f} MB)")


def _with_point(points, row, column, name):
    """The points with one more; one near by that waits for a name gets it."""
    waiting = [(abs(r - row) + abs(c - column), i) for i, (r, c, n) in enumerate(points) if not n]
    if waiting and min(waiting)[0] <= 16:
        i = min(waiting)[1]
        return (*points[:i], (*points[i][:2], name), *points[i + 1:])
    return (*points, (row, column, name))
