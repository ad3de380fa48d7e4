"""What the tests of explorers share."""

import asyncio
import importlib
import io
import re

import numpy as np
from PIL import Image
from scipy import ndimage

from lessons_lib import images
from tests.lessons import known

def grey(name, side):
    return np.round(255 * images.gray(images.shrink(images.load(name), side))).astype(np.uint8)



def in_a_loop(coroutine):
    """Run a coroutine as the kernel runs a cell: an event loop is there."""
    asyncio.run(asyncio.wait_for(coroutine(), 30))


def hear(stage, **message):
    """Send a message of the page; what the page gets back."""
    answers, send = [], stage.send
    stage.send = answers.append
    stage._handle_custom_msg(message, [])
    stage.send = send
    return answers


async def until(condition):
    while not condition():
        await asyncio.sleep(0.001)


LESSONS = {name[3:]: lesson for name, lesson in known().items()}
SAYS = {name: lesson.SAYS for name, lesson in LESSONS.items()}
NOT_REPEATED = {
    (name, key) for name, lesson in LESSONS.items() for key in getattr(lesson, "NOT_REPEATED", ())
}


def make(name):
    needed = getattr(LESSONS[name], "needed", dict)()
    return importlib.import_module(f"lessons_lib.explorers.{name}").explorer(**needed)


def forget(name):
    """Empty the caches of a module: what is drawn next is computed anew."""
    for function in vars(importlib.import_module(f"lessons_lib.explorers.{name}")).values():
        if hasattr(function, "cache_clear"):
            function.cache_clear()


def values_of(control):
    """All values of a list, or both ends and some steps between of a slider."""
    if hasattr(control, "options"):
        return [o[1] if isinstance(o, tuple) else o for o in control.options]
    steps = int(round((control.max - control.min) / control.step))
    some = sorted({0, steps, *np.linspace(0, steps, 7).astype(int).tolist()})
    return [type(control.value)(round(control.min + s * control.step, 10)) for s in some]


def combinations(explorer, n, seed=0):
    rng = np.random.default_rng(seed)
    values = {key: values_of(control) for key, control in explorer.controls.items()}
    return [{key: some[rng.integers(len(some))] for key, some in values.items()} for _ in range(n)]


def put(explorer, settings):
    """Move several controls, then draw once, as a running kernel does."""
    explorer.redraw = lambda: None
    try:
        for key, value in settings.items():
            explorer.controls[key].value = value
    finally:
        del explorer.redraw
    explorer.redraw()
    assert explorer.settings == settings


def good(explorer, says):
    """Assert that all is well with what an explorer shows."""
    picture, settings = explorer.picture, explorer.settings
    assert explorer.status == picture.text, settings
    assert "Not drawn" not in explorer.status and re.fullmatch(says, picture.text), picture.text
    rgb = picture.rgb
    assert rgb.dtype == np.uint8 and rgb.ndim == 3 and rgb.shape[2] == 3
    assert 100 <= rgb.shape[0] <= 1200 and 300 <= rgb.shape[1] <= 1200, rgb.shape
    assert len(np.unique(rgb @ (65536, 256, 1))) > 5  # colours
    shown = explorer.stage.shown
    with Image.open(io.BytesIO(explorer.stage.data)) as sent:
        assert sent.size == rgb.shape[1::-1] == (shown["width"], shown["height"])
    assert shown["text"] == picture.text


def same(one, other):
    return one.text == other.text and np.array_equal(one.rgb, other.rgb)


SHAPES = [(48, 64), (64, 48), (300, 40), (40, 300), (120, 120)]


def some_picture(shape):
    """Blobs and noise."""
    noise = np.random.default_rng(0).normal(0, 1, shape)
    blobs = ndimage.gaussian_filter(noise, 5)
    return np.clip(128 + 60 * blobs / blobs.std() + 20 * noise, 0, 255).astype(np.uint8)
