"""Drive a real JupyterLab in headless Chromium, as a reader would.

>>> with Lab(folder) as lab, sync_playwright() as pw:            # doctest: +SKIP
...     browser = launch(pw)
...     notebook = Notebook(browser, lab, "01_circles.ipynb")
...     assert notebook.run_all() == []
...     explorer = notebook.explorers()[0]
...     notebook.drag(explorer.sliders()[0], 1.0)
...     print(explorer.look().status)

Nothing waits on sleeps or on the look of the page: the server is started with
``expose_app_in_browser``, so kernel state, cell models and messages are read from
``window.jupyterapp``. Each server has throw-away settings, so a developer's own
JupyterLab neither changes the result nor is changed.
"""
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from PIL import Image

REPOSITORY = Path(__file__).resolve().parents[2]
SETTINGS = {
    "notebook-extension/tracker": {"scrollPastEnd": False},
    # A notebook under test is never rewritten.
    "docmanager-extension/plugin": {"autosave": False},
    # No request to a website, no pop-up over the page.
    "apputils-extension/notification": {
        "fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
}
CHROMIUM_ARGS = [
    "--no-sandbox",  # as root, and in most CI machines
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--force-color-profile=srgb",  # the same pixels on every machine
]
OUTSIDE = re.compile(r"^(?!(http|ws)://(127\.0\.0\.1|localhost)[:/]|data:|blob:|about:)")
PAGE_SCRIPT = (Path(__file__).parent / "page.js").read_text(encoding="utf-8")


class NoChromium(RuntimeError):
    """No Chromium was found on this machine."""


class Look(NamedTuple):
    """What an explorer shows: a hash of its pixels, and its status line."""

    pixels: str
    status: str


def _end_with_parent():
    # A killed test run runs no `finally`: let Linux end the server with it.
    import ctypes
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Lab:
    """A private JupyterLab on a random port; a context manager.

    Parameters
    ----------
    folder : path
        Its copy is the server's root, so nothing is written into ``folder``.
    windowing : str
        "none": every cell is attached and painted, also those far from the window.
        "contentVisibility": as JupyterLab does it when nobody changes its settings.
    timeout : float, in seconds
        How long the server may take to start.
    command : list of str, optional
        What starts JupyterLab; by default this Python's own.
    environment : dict, optional
        The server's variables instead of this process's and this checkout's ``lessons_lib``.

    Raises
    ------
    RuntimeError
        If it did not start; the message ends with the server's log.
    """

    def __init__(self, folder, *, windowing="none", timeout=60, command=None, environment=None):
        self.tmp = Path(tempfile.mkdtemp(prefix="lab-"))
        self.root = self.tmp / "root"
        shutil.copytree(folder, self.root, ignore=shutil.ignore_patterns(".*"))
        tracker = "notebook-extension/tracker"
        settings = {**SETTINGS, tracker: {**SETTINGS[tracker], "windowingMode": windowing}}
        for name, values in settings.items():
            file = self.tmp / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values))
        runtime = self.tmp / "runtime"
        runtime.mkdir(mode=0o700)
        places = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data",
                  "JUPYTER_RUNTIME_DIR": "runtime", "JUPYTERLAB_SETTINGS_DIR": "settings",
                  "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "IPYTHONDIR": "ipython"}
        command = [
            *(command or [sys.executable, "-m", "jupyterlab"]),
            "--no-browser",
            "--ip=127.0.0.1",
            "--port=0",
            f"--ServerApp.root_dir={self.root}",
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
            "--LabApp.extension_manager=readonly",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        # This checkout's lessons_lib, installed or not.
        here = {**os.environ, "PYTHONPATH": os.pathsep.join(
            filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))}
        self.log_file = self.tmp / "server.log"
        with open(self.log_file, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**(environment or here), **{k: str(self.tmp / v) for k, v in places.items()}},
                preexec_fn=_end_with_parent if sys.platform == "linux" else None)
        # The server writes its port and token to this file, now and then a moment before it
        # listens.
        deadline = time.monotonic() + timeout
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                info = json.loads(next(runtime.glob("jpserver-*.json")).read_text())
                self.url, self.token = f"http://127.0.0.1:{info['port']}", info["token"]
                self.request("GET", "api/status")
                return
            except (StopIteration, json.JSONDecodeError, OSError):
                time.sleep(0.05)
        message = f"JupyterLab did not start within {timeout} s:\n{self.log()[-2000:]}"
        self.stop()
        raise RuntimeError(message)

    def log(self):
        """Everything the server and its kernels wrote to their own stdout and stderr."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def request(self, method, path):
        """Call the server's REST interface; return the decoded reply, if any."""
        request = urllib.request.Request(f"{self.url}/{path}", method=method,
                                         headers={"Authorization": f"token {self.token}"})
        with urllib.request.urlopen(request, timeout=20) as reply:
            return json.loads(reply.read() or "null")

    def stop(self):
        """Shut down the kernels and the server, then remove its folders."""
        try:
            self.request("POST", "api/shutdown")  # a signal would not be heard on Windows
            self.process.wait(20)
        except (AttributeError, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.tmp, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.stop()


def launch(playwright):
    """Start headless Chromium: $CHROMIUM, one on the path, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    names = ["chromium", "google-chrome", "chromium-browser", "google-chrome-stable"]
    others = [*map(shutil.which, names), playwright.chromium.executable_path]
    for path in [named] if named else others:
        if path and Path(path).is_file():
            return playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
    if named:
        raise NoChromium(f"CHROMIUM must be the path of a Chromium or Chrome; got {named!r}")
    raise NoChromium("no Chromium found: set CHROMIUM to its path, put chromium or google-chrome "
                     "on the path, or run `playwright install chromium`")


def _is_complaint(message):
    # JupyterLab says of its own plugins that they are slow where the machine is busy.
    busy = re.search(r"Plugin \S+ .*(is taking too long|took [\d.]+ms) to activate", message.text)
    return message.type in ("error", "warning") and not busy


class Notebook:
    """A notebook in its own browser window, with a kernel of its own.

    Parameters
    ----------
    browser
        From `launch`.
    lab : Lab
    path : str
        Below the server's root.
    view : {"doc", "lab", "notebook"}
        JupyterLab with this document alone, all of JupyterLab, or Notebook 7.
    width, height : int, in pixels
    touch : bool
        Whether the screen can be touched.
    timeout : float, in seconds

    Attributes
    ----------
    console : list of str
        Errors and warnings the page wrote to the browser's console, and uncaught exceptions.
    outside : list of str
        Addresses outside this machine that the page asked for. They are refused.
    """

    def __init__(self, browser, lab, path, *, view="doc", width=1280, height=1000, touch=False,
                 timeout=60):
        self.lab, self.path, self.console, self.outside = lab, path, [], []
        self.end_session()  # JupyterLab would hand out the old kernel, variables and all
        self.context = browser.new_context(viewport={"width": width, "height": height},
                                           reduced_motion="reduce", has_touch=touch)
        self.page = page = self.context.new_page()
        page.set_default_timeout(20_000)
        page.on("dialog", lambda dialog: dialog.accept())  # "Leave site?"
        page.on("pageerror", lambda error: self.console.append(f"uncaught: {error}"))
        page.on("console", lambda m: _is_complaint(m) and self.console.append(
            f"{m.type}: {m.text} ({m.location.get('url', '')})"))
        # Only what leaves this machine takes the way through Python.
        page.route(OUTSIDE, lambda route: (self.outside.append(route.request.url), route.abort()))
        page.on("websocket", lambda ws: OUTSIDE.search(ws.url) and self.outside.append(ws.url))
        page.add_init_script(PAGE_SCRIPT)
        page.goto(f"{lab.url}/api/status?token={lab.token}")  # sets the login cookie
        folder = "notebooks" if view == "notebook" else f"{view}/tree"
        page.goto(f"{lab.url}/{folder}/{quote(path)}?reset")
        page.wait_for_function(
            "path => lessons.open(path)", arg=path, polling=50, timeout=timeout * 1000
        )
        # At first JupyterLab asks the kernel for widgets, and a kernel that has not imported
        # ipywidgets yet says "No such comm" to that. It is no message of the notebook.
        self.settle()
        self.kernel_errors()

    def end_session(self):
        for session in self.lab.request("GET", "api/sessions"):
            if session["path"] == self.path:
                self.lab.request("DELETE", f"api/sessions/{session['id']}")

    def close(self):
        """Close the window and end the kernel."""
        self.context.close()
        self.end_session()

    def run_all(self, timeout=300):
        """Run every cell; return what went wrong: errors, stderr, cells not run, lost widgets."""
        self.start_run()
        return self.finish_run(timeout)

    def start_run(self, first=0):
        """Start running the cells from number ``first`` on, and return at once."""
        self.page.evaluate("first => lessons.startRun(first)", first)

    def running(self):
        """Whether cells started by `start_run` are still running."""
        return not self.page.evaluate("() => lessons.ran")

    def finish_run(self, timeout=300):
        """Wait for the cells started by `start_run`; return what went wrong."""
        self.page.wait_for_function("() => lessons.ran", polling=50, timeout=timeout * 1000)
        self.settle(timeout)
        return self.page.evaluate("() => lessons.problems()")

    def settle(self, timeout=60):
        """Wait until the kernel has no work left and all pictures are decoded."""
        self.page.evaluate("ms => lessons.settle(ms)", timeout * 1000)

    def kernel_errors(self):
        """Tracebacks and stderr the kernel sent since the last call, from cells or callbacks."""
        return self.page.evaluate("() => lessons.tap.errors.splice(0)")

    def figures(self):
        """A hash of each picture in the cells' outputs, explorers left out, in order."""
        return self.page.evaluate("() => lessons.figures()")

    def explorers(self):
        """Every explorer in the page, in order."""
        return [Explorer(self, item) for item in self.page.locator(".lessons-explorer").all()]

    def drag(self, handle, where, *, steps=4):
        """Drag a slider's knob to ``where`` with the mouse: 0 is its left end, 1 its right."""
        handle.scroll_into_view_if_needed()
        knob = handle.bounding_box()
        bar = handle.locator("xpath=ancestor::*[contains(@class, 'noUi-base')]").bounding_box()
        x, y = knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2
        # 2 px past an end, so that rounding cannot stop short of it
        target = bar["x"] + where * bar["width"] + {0: -2, 1: 2}.get(where, 0)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for i in range(1, steps + 1):
            self.page.mouse.move(x + (target - x) * i / steps, y)
        self.page.mouse.up()

    def show(self, explorer):
        """Scroll an explorer into the middle of the window, with nothing selected or beside it."""
        self.page.evaluate("() => lessons.tidy()")
        explorer.locator.evaluate("el => el.scrollIntoView({block: 'center'})")
        self.settle()

    def screenshot(self, path, *, part=4000):
        """Save the whole notebook as one PNG, in parts: it scrolls inside an element."""
        page, size = self.page, self.page.viewport_size
        page.evaluate("() => lessons.tidy()")
        page.set_viewport_size({"width": size["width"], "height": part})
        parts, total = {}, 1
        while not parts or max(parts) + part < total:
            below = max(parts, default=-part) + part
            top, total, box = page.evaluate("y => lessons.scroll(y)", below)
            part = box["height"]
            parts[top] = Image.open(io.BytesIO(page.screenshot(clip=box, animations="disabled")))
        sheet = Image.new("RGB", (parts[0].width, total), "white")
        for top, picture in parts.items():
            sheet.paste(picture, (0, top))
        sheet.save(path)
        page.set_viewport_size(size)


class Explorer:
    """One explorer in the page."""

    def __init__(self, notebook, locator):
        self.notebook, self.locator = notebook, locator

    def look(self):
        """What is shown once all work is done."""
        self.notebook.settle()
        return Look(self.locator.evaluate("el => lessons.pixels(el)"), self.status())

    def status(self):
        return self.locator.locator("[role=status]").first.inner_text().strip()

    def sliders(self):
        """The knob of every slider that can be seen and moved."""
        return self.locator.locator(".noUi-handle:visible").all()

    def press(self, control, key):
        """Press a key on a control; return what is shown then."""
        control.press(key)
        return self.look()

    def reset(self):
        """Press the Reset button; return what is shown then."""
        self.locator.locator("button.lessons-reset, .lessons-reset button").first.click()
        return self.look()

    def stage(self):
        """The stage in it."""
        return Stage(self)

    def latencies(self, handle, presses=40, *, rest=0.4):
        """Seconds from key press to painted picture, walking a slider up and down.

        Key presses after which nothing new was shown are left out. After each press the
        page is left alone for ``rest`` seconds.
        """
        handle.scroll_into_view_if_needed()
        handle.focus()
        self.notebook.settle()
        self.locator.evaluate("el => lessons.watch(el)")
        key, times = "ArrowRight", []
        for _ in range(presses):
            value, low, high = position(handle)
            key = {low: "ArrowRight", high: "ArrowLeft"}.get(value, key)
            handle.press(key)
            # Like a reader who looks: nothing is asked of the page or the kernel meanwhile.
            self.notebook.page.wait_for_timeout(1000 * rest)
            self.notebook.settle()
            times.append(self.notebook.page.evaluate("() => lessons.latency()"))
        return [t / 1000 for t in times if t is not None]

    def click_latencies(self, spots, *, aim=0.4, rest=0.4):
        """Seconds from a click on the stage to the painted picture, for each of these pixels.

        The pointer is on the spot for ``aim`` seconds before. Clicks after which nothing new was
        shown are left out.
        """
        self.locator.evaluate("el => lessons.watch(el)")
        stage, times = self.stage(), []
        for x, y in spots:
            if aim:
                stage.point(x, y)
                self.notebook.page.wait_for_timeout(1000 * aim)
            self.notebook.page.mouse.click(*stage.at(x, y))
            self.notebook.page.wait_for_timeout(1000 * rest)
            self.notebook.settle()
            times.append(self.notebook.page.evaluate("() => lessons.latency()"))
        return [t / 1000 for t in times if t is not None]


class Stage:
    """The picture of an explorer, its cursor and what it reads."""

    def __init__(self, explorer):
        self.notebook = explorer.notebook
        self.canvas = explorer.locator.locator(".lessons-canvas")
        self.img = explorer.locator.locator("img.lessons-picture")
        self.reading = explorer.locator.locator(".lessons-reading")
        self.handles = explorer.locator.locator(".lessons-handle")

    def at(self, x, y):
        """Where in the window a pixel of the picture is."""
        box = self.img.bounding_box()
        wide, high = self.img.evaluate("img => [img.naturalWidth, img.naturalHeight]")
        return (box["x"] + (x + 0.5) * box["width"] / wide,
                box["y"] + (y + 0.5) * box["height"] / high)

    def point(self, x, y):
        """Move the mouse to a pixel of the picture; return what is read there."""
        self.canvas.scroll_into_view_if_needed()
        self.notebook.page.mouse.move(*self.at(x, y))
        self.notebook.settle()
        return self.reading.inner_text()

    def press(self, key):
        """Press a key on the stage; return what is read then."""
        self.canvas.press(key)
        self.notebook.settle()
        return self.reading.inner_text()

    def middle(self, number):
        """The pixel of the picture where a handle is."""
        box, img = self.handles.nth(number).bounding_box(), self.img.bounding_box()
        wide, high = self.img.evaluate("img => [img.naturalWidth, img.naturalHeight]")
        return (int((box["x"] + box["width"] / 2 - img["x"]) * wide / img["width"]),
                int((box["y"] + box["height"] / 2 - img["y"]) * high / img["height"]))


def position(handle):
    """A slider's value, lowest and highest value (a selection slider counts its options)."""
    return tuple(handle.evaluate("el => lessons.slider(el)"))


def label_of(control):
    """The visible label of a slider, drop-down list, box or button ('' if it has none)."""
    return control.evaluate("el => lessons.label(el)")
