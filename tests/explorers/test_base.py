"""Tests of lessons_lib.explorers.base: the shell of all explorers, and the predictions."""

import asyncio
import io
import threading
import time

import ipywidgets as widgets
import numpy as np
import pytest
from PIL import Image

from lessons_lib.explorers.base import Explorer, LiveNote, Prediction, choice, slider, stops
from lessons_lib.figures import Picture
from tests.explorers.common import hear, in_a_loop, until


# On Google Colab; there a widget that stands on paper is cut.
with_texts = pytest.mark.skipif(
    int(widgets.__version__.split(".")[0]) < 8, reason="ipywidgets 7 writes these texts itself"
)


def flat(level, text):
    return Picture(np.full((20, 30, 3), level, np.uint8), text)


def shown(explorer):
    """The pixels that the page gets."""
    with Image.open(io.BytesIO(explorer.stage.data)) as file:
        return np.asarray(file)


class Recorder:
    """A render that notes with what, and on which thread, it was called."""

    def __init__(self):
        self.values, self.threads = [], set()

    def __call__(self, k):
        self.values.append(k)
        self.threads.add(threading.current_thread())
        return flat(k % 256, f"k is {k}.")


def fussy(k):
    if k == 13:
        raise ValueError("k must not be 13")
    return flat(k, f"k is {k}.")


# slider and choice

def test_whole_and_broken_sliders():
    whole = slider("k", 4, 1, 9)
    assert isinstance(whole, widgets.IntSlider)
    assert (whole.value, whole.min, whole.max, whole.step) == (4, 1, 9, 1)
    for broken in (slider("noise", 0.2, 0, 2, 0.05), slider("beta", 1, 0, 20.0)):
        assert isinstance(broken, widgets.FloatSlider)
    assert slider("noise", 0.2, 0, 2, 0.05).readout_format == ".2f"
    assert slider("noise", 0.2, 0, 2, 0.1).readout_format == ".1f"
    assert slider("noise", 0.5, 0.0, 2.0, 1).readout_format == ".1f"
    assert slider("noise", 0.2, 0, 2, 0.05).description == "noise"


def test_choice():
    plain = choice("scene", ["two", "four"])
    assert (plain.description, plain.value) == ("scene", "two")
    assert choice("scene", ["two", "four"], "four").value == "four"
    assert choice("scene", [("Two discs", 2), ("Four discs", 4)], 4).label == "Four discs"
    assert choice("scene", [("None", 0), ("One", 1)], 0).value == 0


# Explorer, in plain Python

def test_shows_the_first_picture():
    explorer = Explorer(Recorder(), k=slider("k", 4, 1, 9))
    assert explorer.settings == {"k": 4}
    assert explorer.picture.text == explorer.status == "k is 4."
    assert np.array_equal(shown(explorer), explorer.picture.rgb)
    sent = explorer.stage.shown
    assert (sent["width"], sent["height"], sent["text"]) == (30, 20, "k is 4.")


def test_every_control_at_both_ends():
    def render(k, noise, scene):
        return flat(k, f"{k} {noise} {scene}")

    controls = {"k": slider("k", 4, 1, 9), "noise": slider("noise", 0.2, 0.0, 2.0, 0.05),
                "scene": choice("scene", ["two", "four", "many"])}
    explorer = Explorer(render, **controls)
    ends = {"k": (1, 9), "noise": (0.0, 2.0), "scene": ("two", "many")}
    for name, values in ends.items():
        for value in values[::-1] + values:
            controls[name].value = value
            now = explorer.settings
            assert now[name] == value
            assert explorer.picture.text == f"{now['k']} {now['noise']} {now['scene']}"
            assert explorer.status == explorer.picture.text
            assert (shown(explorer) == now["k"]).all()


def test_an_error_is_shown_and_the_last_picture_stays():
    k = slider("k", 4, 1, 20)
    explorer = Explorer(fussy, k=k)
    good, sent = explorer.picture, explorer.stage.data
    k.value = 13
    assert explorer.status == "Not drawn: k must not be 13. The last picture stays."
    assert explorer.stage.says["failed"]
    assert explorer.picture is good and explorer.stage.data == sent
    k.value = 14
    assert explorer.status == explorer.picture.text == "k is 14."
    assert not explorer.stage.says["failed"]
    assert (shown(explorer) == 14).all()


@pytest.mark.parametrize("error, words", [
    (ValueError("With a full stop."), "Not drawn: With a full stop."),
    (MemoryError(), "Not drawn: MemoryError."),
    (ZeroDivisionError("a < b & c"), "Not drawn: a < b & c."),
])
def test_an_error_from_the_start(error, words):
    def render(k):
        raise error

    explorer = Explorer(render, title="Coins", k=slider("k", 1, 1, 9))
    assert explorer.status == words  # there is no last picture to speak of
    assert explorer.picture is None
    assert repr(explorer) == "Coins (live in JupyterLab)."


def test_reset_brings_the_start_back():
    k, scene = slider("k", 4, 1, 20), choice("scene", ["two", "four"], "four")
    explorer = Explorer(lambda k, scene: flat(k, f"{k} {scene}"), k=k, scene=scene)
    buttons = [w for w in explorer.children[0].children if isinstance(w, widgets.Button)]
    assert [b.description for b in buttons] == ["Reset"]
    k.value, scene.value = 9, "two"
    assert explorer.status == "9 two"
    buttons[0].click()
    assert explorer.settings == {"k": 4, "scene": "four"} and explorer.status == "4 four"


def test_reset_recovers_from_an_error():
    k = slider("k", 4, 1, 20)
    explorer = Explorer(fussy, k=k)
    k.value = 13
    explorer.reset()
    assert explorer.status == "k is 4."


@with_texts
def test_repr_names_the_explorer_and_its_finding():
    explorer = Explorer(fussy, title="Coins", k=slider("k", 4, 1, 20))
    assert repr(explorer) == "Coins (live in JupyterLab). k is 4."
    # The page without a kernel, and nbval, see this as text/plain.
    assert explorer._repr_mimebundle_()["text/plain"] == repr(explorer)


def test_every_control_needs_a_label():
    with pytest.raises(ValueError, match="control 'k' must have a description: it is its label"):
        Explorer(fussy, k=widgets.IntSlider())
    with pytest.raises(ValueError, match="control 'k' must have a description"):
        Explorer(fussy, k=slider("", 1, 1, 9))


def test_pictures_travel_as_jpeg_of_the_right_size():
    picture = Picture(np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8), "x")
    explorer = Explorer(lambda k: picture, k=slider("k", 1, 1, 9))
    with Image.open(io.BytesIO(explorer.stage.data)) as file:
        assert (file.format, file.size) == ("JPEG", (80, 60))
    assert explorer.stage.shown["kind"] == "image/jpeg"
    assert (explorer.stage.shown["width"], explorer.stage.shown["height"]) == (80, 60)


def test_a_generator_without_a_loop_is_drawn_at_once():
    said = []

    def render(k):
        yield "Half done"
        said.append(explorer.status if k == 5 else None)
        yield flat(k, f"k is {k}.")

    k = slider("k", 4, 1, 9)
    explorer = Explorer(render, k=k)
    assert explorer.status == "k is 4."
    k.value = 5
    assert said == [None, "Half done"]
    assert explorer.status == "k is 5." and (shown(explorer) == 5).all()


def test_a_generator_that_raises():
    def render(k):
        yield "Half done"
        if k == 13:
            raise ValueError("k must not be 13")
        yield flat(k, f"k is {k}.")

    k = slider("k", 4, 1, 20)
    explorer = Explorer(render, k=k)
    good = explorer.picture
    k.value = 13
    assert explorer.status == "Not drawn: k must not be 13. The last picture stays."
    assert explorer.picture is good
    k.value = 12
    assert explorer.status == "k is 12."


# Explorer, in a running event loop, as in a kernel

def test_the_newest_value_wins():
    async def cell():
        render, k = Recorder(), slider("k", 1, 0, 100)
        explorer = Explorer(render, k=k)
        assert render.values == [1]  # the first picture is there at once
        for value in range(2, 60):
            k.value = value
        assert render.values == [1]  # not in the middle of a cell
        await until(lambda: explorer.picture.text == "k is 59.")
        assert render.values == [1, 59]
        await asyncio.sleep(0.02)
        assert render.values == [1, 59]  # and nothing afterwards
        k.value = 7
        await until(lambda: len(render.values) > 2)
        assert render.values == [1, 59, 7] and (shown(explorer) == 7).all()

    in_a_loop(cell)


def test_the_next_step_is_drawn_ahead_and_kept():
    async def cell():
        render, k, noise = Recorder(), slider("k", 4, 1, 6), slider("noise", 0.2, 0.0, 1.0, 0.05)
        explorer = Explorer(lambda k, noise: render(k), k=k, noise=noise)
        await asyncio.sleep(0.2)
        assert render.values == [4]  # nothing was moved yet
        k.value = 5
        await until(lambda: len(render.values) == 3)
        assert render.values == [4, 5, 6] and explorer.status == "k is 5."  # drawn, not shown
        k.value = 6
        await until(lambda: explorer.status == "k is 6.")
        assert (shown(explorer) == 6).all()
        await asyncio.sleep(0.2)
        assert render.values == [4, 5, 6]  # there is no 7
        k.value = 5
        await until(lambda: len(render.values) == 3 and explorer.status == "k is 5.")
        await asyncio.sleep(0.2)
        assert render.values == [4, 5, 6] and (shown(explorer) == 5).all()  # 4 was kept, too

    in_a_loop(cell)


def test_a_slider_of_given_values_is_drawn_ahead_too():
    async def cell():
        render, k = Recorder(), stops("k", [("few", 1), ("some", 10), ("many", 50)], 1)
        explorer = Explorer(render, k=k)
        k.value = 10
        await until(lambda: len(render.values) == 3)
        assert render.values == [1, 10, 50] and explorer.status == "k is 10."
        k.value = 50
        await until(lambda: explorer.status == "k is 50.")
        await asyncio.sleep(0.2)
        k.value = 10
        await until(lambda: explorer.status == "k is 10.")
        assert render.values == [1, 10, 50]

    in_a_loop(cell)


def test_at_an_end_the_way_back_is_sent_in_advance():
    async def cell():
        for k, last in ((slider("k", 4, 1, 6), 6), (stops("k", [4, 5, 9], 4), 9)):
            explorer, sent = Explorer(lambda k: flat(k, f"k is {k}."), k=k), []
            explorer.stage.ahead = sent.append
            k.value = 5
            await until(lambda: len(sent) == 1)
            k.value = last
            await until(lambda: len(sent) == 2)
            assert explorer.status == f"k is {last}."
            k.value = 5
            await until(lambda: explorer.status == "k is 5.")
            assert sent[1] == explorer.stage.data != sent[0]

    in_a_loop(cell)


def test_drawing_ahead_is_silent_and_only_where_there_is_a_next_step():
    async def cell():
        tried = []

        def render(k, scene):
            tried.append((k, scene))
            return fussy(k)

        k, scene = slider("k", 11, 1, 20), choice("scene", ["two", "four"])
        explorer = Explorer(render, k=k, scene=scene)
        k.value = 12
        await until(lambda: (13, "two") in tried)
        assert explorer.status == "k is 12."  # the error of 13 waits until it is asked for
        k.value = 13
        await until(lambda: "must not be 13" in explorer.status)
        scene.value = "four"
        k.value = 2
        scene.value = "two"
        await until(lambda: explorer.status == "k is 2.")
        count = len(tried)
        await asyncio.sleep(0.2)
        assert len(tried) == count  # the last control moved was a list: it has no next step

    in_a_loop(cell)


def test_slow_pictures_are_not_drawn_ahead():
    async def cell():
        drawn = []

        def render(k):
            drawn.append(k)
            time.sleep(0.35)
            return flat(k, f"k is {k}.")

        k = slider("k", 4, 1, 9)
        explorer = Explorer(render, k=k)
        k.value = 5
        await until(lambda: explorer.status == "k is 5.")
        await asyncio.sleep(0.6)
        assert drawn == [4, 5]

    in_a_loop(cell)


def test_only_the_last_few_pictures_are_kept():
    render, k = Recorder(), slider("k", 0, 0, 50)
    explorer = Explorer(render, k=k)
    for value in [*range(1, 20), *range(18, 0, -1)]:
        k.value = value
        assert explorer.status == f"k is {value}."
    assert render.values == [*range(20), *range(13, 0, -1)]


def test_changes_from_another_thread_are_drawn_on_this_one():
    async def cell():
        render, k = Recorder(), slider("k", 0, 0, 300)
        explorer = Explorer(render, k=k)

        def drag(values):
            for value in values:
                k.value = value

        # While a cell runs: this thread is busy, nothing is drawn behind its back.
        busy = threading.Thread(target=drag, args=(range(1, 100),))
        busy.start()
        busy.join()
        assert render.values == [0]
        await until(lambda: len(render.values) > 1)
        assert render.values == [0, 99]

        # While the loop is free: what is drawn only ever gets newer, and the last one is drawn.
        await asyncio.to_thread(drag, range(100, 300))
        await until(lambda: explorer.picture.text == "k is 299.")
        await asyncio.sleep(0.02)
        assert render.values == sorted(set(render.values)) and render.values[-1] == 299
        assert render.threads == {threading.current_thread()}

    in_a_loop(cell)


def test_what_is_drawn_already_is_shown_at_once_and_once():
    async def cell():
        render, k = Recorder(), slider("k", 4, 1, 9)
        explorer = Explorer(render, k=k)
        k.value = 5
        await until(lambda: len(render.values) == 3)  # 6 is drawn ahead
        sent = []
        explorer.stage.observe(lambda change: sent.append(change["new"]["text"]), "shown")
        moved = threading.Thread(target=setattr, args=(k, "value", 6))
        moved.start()
        moved.join()  # this thread is busy meanwhile
        assert explorer.status == "k is 6." and (shown(explorer) == 6).all()
        await until(lambda: len(render.values) == 4)
        assert sent == ["k is 6."] and render.values == [4, 5, 6, 7]
        explorer.say("Something else.")
        explorer.redraw()
        await until(lambda: explorer.status == "k is 6.")

    in_a_loop(cell)


def test_a_picture_that_took_long_does_not_cover_a_later_one():
    async def cell():
        begun, go, sent = threading.Event(), threading.Event(), []

        def render(k):
            if k == 9:
                begun.set()
                go.wait(20)
            return flat(k, f"k is {k}.")

        k = slider("k", 4, 1, 9)
        explorer = Explorer(render, k=k)
        explorer.stage.observe(lambda change: sent.append(change["new"]["text"]), "shown")

        def move():
            k.value = 9
            begun.wait(20)
            k.value = 4  # drawn at the start, and still there
            go.set()

        await asyncio.to_thread(move)
        await asyncio.sleep(0.1)
        assert sent == [] and explorer.status == "k is 4."
        k.value = 9
        await until(lambda: explorer.status == "k is 9.")
        assert sent == ["k is 9."]

    in_a_loop(cell)


def test_errors_in_the_loop_do_not_end_it():
    async def cell():
        k = slider("k", 4, 1, 20)
        explorer = Explorer(fussy, k=k)
        good = explorer.picture
        k.value = 13
        await until(lambda: "13" in explorer.status)
        assert explorer.status == "Not drawn: k must not be 13. The last picture stays."
        assert explorer.picture is good
        k.value = 14
        await until(lambda: explorer.picture is not good)
        assert explorer.status == "k is 14."

    in_a_loop(cell)


def test_a_generator_shows_how_far_it_is():
    async def cell():
        def render(k):
            for step in (1, 2):
                yield f"Step {step} of 2"
            yield flat(k, f"k is {k}.")

        k = slider("k", 4, 1, 9)
        explorer = Explorer(render, k=k)
        said = []
        explorer.stage.observe(lambda _: said.append(explorer.status), "says")
        assert explorer.status == "Step 1 of 2" and explorer.picture is None
        await until(lambda: explorer.picture)
        k.value = 5
        await until(lambda: explorer.picture.text == "k is 5.")
        assert said == ["Step 2 of 2", "k is 4.", "Step 1 of 2", "Step 2 of 2", "k is 5."]

    in_a_loop(cell)


def test_a_generator_is_dropped_when_newer_settings_come():
    async def cell():
        log = []

        def render(k):
            try:
                for step in range(1000 if k == 2 else 2):
                    log.append((k, step))
                    yield f"{k}: step {step}"
                yield flat(k, f"k is {k}.")
            finally:
                log.append((k, "closed"))

        k = slider("k", 1, 1, 9)
        explorer = Explorer(render, k=k)
        await until(lambda: explorer.picture)
        k.value = 2
        await until(lambda: (2, 3) in log)
        assert explorer.picture.text == "k is 1."  # the old picture stays meanwhile
        k.value = 3
        await until(lambda: explorer.picture.text == "k is 3.")
        await asyncio.sleep(0.05)
        # The old work was closed before the new began, and did not move afterwards.
        assert log.index((2, "closed")) < log.index((3, 0)) and (2, 999) not in log
        assert all(value == 3 for value, _ in log[log.index((2, "closed")) + 1:])
        assert explorer.status == "k is 3." and (shown(explorer) == 3).all()

    in_a_loop(cell)


def test_a_plain_error_drops_the_work_under_way():
    async def cell():
        def render(k):
            if k == 13:
                raise ValueError("k must not be 13")
            return steps(k)

        def steps(k):
            for step in range(3):
                yield f"Step {step}"
            yield flat(k, f"k is {k}.")

        k = slider("k", 4, 1, 20)
        explorer = Explorer(render, k=k)
        k.value = 13
        await until(lambda: "13" in explorer.status)
        await asyncio.sleep(0.05)
        assert explorer.status == "Not drawn: k must not be 13." and explorer.picture is None

    in_a_loop(cell)


# Prediction

def buttons_in(widget):
    return [w for box in widget.children for w in getattr(box, "children", ())
            if isinstance(w, widgets.Button)]


def test_prediction_commit_and_reveal(capsys):
    guess = Prediction("How many regions?", slider("regions", 4, 1, 9))
    assert guess.value is None
    assert repr(guess) == "Predict (live in JupyterLab): How many regions?"
    guess.reveal(7)
    assert capsys.readouterr().out == "Measured: 7 (no guess committed)\n"

    [button] = buttons_in(guess)
    guess._control.value = 5
    assert guess.value is None  # moving the slider is not yet a guess
    button.click()
    assert guess.value == 5
    assert button.disabled and guess._control.disabled
    assert "Noted: 5" in guess._note.value and 'role="status"' in guess._note.value

    guess._control.value = 9
    guess.commit()
    assert guess.value == 5  # no second thoughts
    guess.reveal("7 regions")
    assert capsys.readouterr().out == "Measured: 7 regions (your guess: 5)\n"


def test_a_guess_of_zero_is_a_guess(capsys):
    guess = Prediction("How many?", slider("regions", 0, 0, 9))
    guess.commit()
    guess._control.value = 3
    guess.commit()
    guess.reveal(3)
    assert capsys.readouterr().out == "Measured: 3 (your guess: 0)\n"


def test_prediction_escapes_its_words():
    guess = Prediction("Is a < b & c?", choice("answer", ["<b>", "no"]))
    guess.commit()
    assert "Is a &lt; b &amp; c?" in guess.children[0].value
    assert "&lt;b&gt;" in guess._note.value


# LiveNote

@with_texts
def test_a_live_note_stores_no_measured_time():
    note = LiveNote("Took 0.31 s < 1 s")
    assert "Took 0.31 s &lt; 1 s" in note.value
    assert note._repr_mimebundle_()["text/plain"] == "Times on your machine (live in JupyterLab)."


@with_texts
def test_a_long_question_is_not_cut_on_paper():
    guess = Prediction(
        "How many regions " + "and more " * 30 + "are there?", slider("regions", 4, 1, 9)
    )
    assert guess._repr_mimebundle_()["text/plain"] == repr(guess)
    assert repr(guess).endswith("are there?")


def test_slow_work_says_so_and_who_moves_on_need_not_wait():
    async def cell():
        free, done = threading.Event(), set()

        class Slow(Explorer):
            def work(self, k):
                def run():
                    if k == 2:
                        free.wait(20)
                    if k == 13:
                        raise ValueError("k must not be 13")
                    done.add(k)
                return None if k in done else run

            def adds(self, k):
                return f"Added for {k}."

        k = slider("k", 1, 1, 20)
        explorer = Slow(lambda k: flat(k, f"k is {k}."), k=k)
        assert explorer.picture.text == "k is 1." and not done  # the first is drawn at once
        k.value = 2
        await until(lambda: "At work" in explorer.status)
        assert explorer.picture.text == "k is 1."  # the old picture stays meanwhile
        k.value = 3
        await until(lambda: explorer.picture.text == "k is 3.")
        assert 2 not in done and explorer.status == "k is 3. Added for 3."
        assert "Added" not in repr(explorer)  # it may differ from run to run
        k.value = 13
        await until(lambda: "13" in explorer.status and "At work" not in explorer.status)
        assert explorer.status == "Not drawn: k must not be 13. The last picture stays."
        free.set()
        k.value = 2
        await until(lambda: explorer.picture.text == "k is 2.")

    in_a_loop(cell)


def test_slow_work_of_the_next_step_is_begun_while_the_reader_rests():
    async def cell():
        free, runs = threading.Event(), []

        class Slow(Explorer):
            def work(self, k):
                def run():
                    runs.append((k, threading.current_thread() is threading.main_thread()))
                    if k == 6:
                        free.wait(20)
                return None if (k, False) in runs and (k < 6 or free.is_set()) else run

        k = slider("k", 3, 1, 9)
        explorer = Slow(lambda k: flat(k, f"k is {k}."), k=k)
        k.value = 4
        await until(lambda: (5, False) in runs)
        assert explorer.status == "k is 4."  # nothing is said of it
        k.value = 5
        await until(lambda: (6, False) in runs)
        assert explorer.status == "k is 5."
        k.value = 6  # before it is done
        await until(lambda: "At work" in explorer.status)
        free.set()
        await until(lambda: explorer.status == "k is 6.")
        assert [one for one, _ in runs[:3]] == [4, 5, 6] and not any(main for _, main in runs)
        assert [one for one, _ in runs].count(6) == 1
        k.value = 5  # as it was left
        await until(lambda: explorer.status == "k is 5.")

    in_a_loop(cell)


def test_slow_work_that_failed_is_tried_again():
    async def cell():
        tried = []

        class Slow(Explorer):
            def work(self, k):
                def run():
                    tried.append(k)
                    if len(tried) == 1:
                        raise OSError("the disk is gone")
                return None if len(tried) > 1 else run

        k = slider("k", 1, 1, 9)
        explorer = Slow(lambda k: flat(k, f"k is {k}."), k=k)
        k.value = 2
        await until(lambda: "the disk is gone" in explorer.status)
        explorer.redraw()
        await until(lambda: explorer.status == "k is 2.")
        assert tried[:2] == [2, 2]

    in_a_loop(cell)


def test_where_a_click_changes_nothing_nothing_is_sent():
    async def cell():
        class Same(Explorer):
            def expects(self, x, y):
                return self.settings

        explorer, sent = Same(lambda k: flat(k, f"k is {k}."), k=slider("k", 1, 1, 9)), []
        explorer.stage.ahead = sent.append
        hear(explorer.stage, kind="read", x=1, y=0)
        await asyncio.sleep(0.25)
        assert sent == []

    in_a_loop(cell)


def test_what_a_click_would_lead_to_is_drawn_while_the_pointer_rests():
    async def cell():
        render, k = Recorder(), slider("k", 1, 1, 20)

        class Clicked(Explorer):
            def expects(self, x, y):
                return {"k": x} if x else None

            def heard(self, kind, x, y, handle):
                self.controls["k"].value = x

        explorer = Clicked(render, k=k)
        for x in (7, 8, 0, 9):  # a moving pointer asks for nothing
            hear(explorer.stage, kind="read", x=x, y=0)
        await until(lambda: len(render.values) == 2)
        assert render.values == [1, 9] and explorer.status == "k is 1."
        hear(explorer.stage, kind="click", x=9, y=0)
        await until(lambda: explorer.status == "k is 9.")
        assert render.values[:2] == [1, 9] and render.values.count(9) == 1
        hear(explorer.stage, kind="read", x=0, y=0)  # nothing is to be expected here
        await asyncio.sleep(0.25)
        assert render.values in ([1, 9], [1, 9, 10])
        hear(explorer.stage, kind="read", x=5, y=0)
        explorer.close()  # before it rests
        await asyncio.sleep(0.15)
        assert 5 not in render.values

    in_a_loop(cell)
