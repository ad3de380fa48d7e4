"""The stage without a page: what it sends, and what it makes of what a page says."""

import numpy as np
import pytest

from lessons_lib.explorers.base import Explorer, slider
from lessons_lib.explorers.stage import Stage
from lessons_lib.figures import Picture
from lessons_lib.pixels import Place
from tests.explorers.common import hear

PICTURE = Picture(np.zeros((20, 30, 3), np.uint8), "black", handles=((3, 4, "Centre 0"),))


def test_shows_a_picture_with_its_words():
    stage = Stage("A map")
    stage.show(PICTURE, b"bytes", "image/png")
    assert stage.says == {"text": "black", "failed": False}
    assert stage.data == b"bytes"
    assert stage.shown == {"kind": "image/png", "text": "black", "width": 30, "height": 20,
                           "ahead": None, "handles": [[3, 4, "Centre 0"]], "places": []}
    stage.say("broken", failed=True)
    assert stage.says == {"text": "broken", "failed": True} and stage.shown["text"] == "black"


def test_a_picture_is_one_message():
    sent = []
    stage = Stage("A map")
    stage.comm.send = lambda data=None, **rest: sent.append(data)
    stage.show(PICTURE, b"bytes")
    message, = sent
    assert message["state"].keys() == {"shown", "says"}
    assert message["buffer_paths"] == [["data"]]


def test_a_picture_that_came_in_advance_needs_only_its_name():
    sent = []
    stage = Stage("A map")
    stage.comm.send = lambda data=None, buffers=None, **rest: sent.append((data, buffers))
    data, other = b"one file", b"another"
    stage.ahead(data)
    stage.show(PICTURE, data)
    (early, file), (small, none) = sent
    assert early["content"] == {"kind": "ahead", "name": 1, "type": "image/jpeg"}
    assert file == [data] and not none and stage.data == data
    assert small["state"]["shown"]["ahead"] == 1 and small["state"].keys() == {"shown", "says"}
    sent.clear()
    stage._heard(stage, {"kind": "missing"}, [])  # a page that was opened after it was sent
    [(asked, file)] = sent
    assert asked["buffer_paths"] == [["data"]] and file == [data]
    sent.clear()
    stage.ahead(data)
    stage.show(PICTURE, other)  # the reader went elsewhere
    stage.show(PICTURE, data)  # and it is forgotten
    elsewhere, back = [message for message, _ in sent[1:]]
    assert elsewhere["state"]["shown"]["ahead"] is None
    assert elsewhere["buffer_paths"] == back["buffer_paths"] == [["data"]]


def test_answers_what_is_read():
    stage = Stage("A map", read=lambda x, y: f"{x} and {y}")
    answer = {"kind": "read", "x": 3, "y": 4, "text": "3 and 4"}
    assert hear(stage, kind="read", x=3, y=4) == [answer]
    assert hear(Stage("A map"), kind="read", x=3, y=4)[0]["text"] is None


def test_hands_on_clicks_and_drags():
    heard = []
    stage = Stage("A map", hear=lambda *what: heard.append(what))
    for kind, handle in (("click", None), ("drag", 2), ("drop", 2), ("put back", 2)):
        [answer] = hear(stage, kind=kind, x=3, y=4, handle=handle)
        assert answer["kind"] == kind and answer["text"] is None
    assert heard == [
        ("click", 3, 4, None),
        ("drag", 3, 4, 2),
        ("drop", 3, 4, 2),
        ("put back", 3, 4, 2),
    ]


def test_the_page_is_answered_even_if_something_fails():
    def fail(*what):
        raise ValueError("no")

    answers = []
    stage = Stage("A map", hear=fail)
    stage.send = answers.append
    with pytest.raises(ValueError):
        stage._heard(stage, {"kind": "drag", "x": 1, "y": 2, "handle": 0}, [])
    assert len(answers) == 1


def test_a_closed_stage_is_silent():
    stage = Stage("A map", read=lambda x, y: "here")
    stage.close()
    assert hear(stage, kind="read", x=3, y=4) == []


def test_an_explorer_tells_why_a_pixel_cannot_be_read():
    def broken(down, across):
        raise KeyError("names")

    places = (Place(0, 0, 30, 20, (20, 30), broken),)
    explorer = Explorer(
        lambda k: Picture(PICTURE.rgb, "black", places=places), k=slider("k", 1, 1, 2)
    )
    [answer] = hear(explorer.stage, kind="read", x=3, y=4)
    assert answer["text"] == "Not read: 'names'."


def test_a_class_of_ones_own_hears_what_happens_on_the_stage():
    class Own(Explorer):
        def heard(self, kind, x, y, handle):
            self.controls["k"].value = x

    explorer = Own(lambda k: Picture(PICTURE.rgb, f"k is {k}."), k=slider("k", 1, 1, 9))
    hear(explorer.stage, kind="click", x=7, y=4)
    assert explorer.status == "k is 7."
    explorer.close()
    assert explorer.closed and explorer.render is None
    explorer.close()  # once more does no harm


def test_the_files_of_the_stage_are_part_of_the_package():
    assert "export default" in str(Stage._esm) and ".lessons-canvas" in str(Stage._css)
