"""The stepper of lesson 03: forward, back, play, new start."""

import asyncio

import numpy as np
import pytest

from lessons_lib import kmeans, landscape
from lessons_lib.explorers import landscape_kmeans as explore
from lessons_lib.explorers.stepper import Stepper

IMAGE = landscape.make(128).image


@pytest.fixture
def stepper():
    return explore.stepper(IMAGE, k=4)


def press(stepper, name):
    [button] = [b for b in stepper.children[1].children if b.description == name]
    button.click()


def step_of(stepper):
    return stepper.settings["step"]


def test_is_an_explorer_with_four_more_buttons(stepper):
    assert isinstance(stepper, Stepper)
    assert [b.description for b in stepper.children[1].children] == ["Back", "Forward", "Play", "New start"]
    assert all(b.tooltip for b in stepper.children[1].children)
    assert stepper.status == stepper.picture.text


def test_forward_and_back(stepper):
    first = stepper.picture
    press(stepper, "Back")
    assert step_of(stepper) == 0
    for expected in (1, 2):
        press(stepper, "Forward")
        assert step_of(stepper) == expected and f"round {expected} of" in stepper.status
    press(stepper, "Back")
    press(stepper, "Back")
    assert stepper.picture.text == first.text and np.array_equal(stepper.picture.rgb, first.rgb)


def test_forward_ends_at_rest(stepper):
    last = stepper._last(**stepper.settings)
    for _ in range(last + 3):
        press(stepper, "Forward")
    assert step_of(stepper) == last and "at rest" in stepper.status


def test_back_from_beyond_the_end_shows_another_round(stepper):
    """The slider may stand behind the last round; Back leaves that round."""
    stepper.controls["step"].value = explore.LARGEST_STEP
    last = stepper._last(**stepper.settings)
    assert last < explore.LARGEST_STEP and "at rest" in stepper.status
    press(stepper, "Back")
    assert step_of(stepper) == last - 1 and "moving" in stepper.status


def test_new_start_goes_round(stepper):
    stepper.controls["step"].value = 3
    press(stepper, "New start")
    assert stepper.settings["start"] == 1 and step_of(stepper) == 0
    stepper.controls["start"].value = stepper.controls["start"].max
    press(stepper, "New start")
    assert stepper.settings["start"] == 0


def test_play_without_a_kernel_goes_to_the_end(stepper):
    press(stepper, "Play")
    assert "at rest" in stepper.status and not stepper._playing
    press(stepper, "Play")  # from the end: once more from the start
    assert "at rest" in stepper.status


async def _played(act):
    stepper = explore.stepper(IMAGE, k=4)
    stepper._loop = asyncio.get_running_loop()
    press(stepper, "Play")
    await asyncio.sleep(0)
    await act(stepper)
    return stepper


def test_play_steps_in_time_and_can_be_paused():
    async def pause(stepper):
        await asyncio.sleep(0.05)
        assert step_of(stepper) == 1 and stepper._play.description == "Pause"
        await asyncio.sleep(0.8)
        assert step_of(stepper) == 2
        press(stepper, "Pause")
        await asyncio.sleep(0.8)

    stepper = asyncio.run(_played(pause))
    assert step_of(stepper) == 2 and stepper._play.description == "Play"


def test_reset_stops_playing():
    async def reset(stepper):
        stepper.reset()
        await asyncio.sleep(0.8)

    stepper = asyncio.run(_played(reset))
    assert step_of(stepper) == 0 and stepper._play.description == "Play"


def test_rounds_are_those_of_lloyd():
    render, last = explore.step_renderer(IMAGE, k=3, start=5)
    colors = kmeans.unique_colors(IMAGE)
    first = colors.values[np.random.default_rng(5).choice(len(colors.counts), 3, replace=False)]
    rounds = list(kmeans.lloyd(colors.values, first, weights=colors.counts))
    assert last(k=3, start=5, draw="random") == len(rounds) - 1
    for at in (0, 1, len(rounds) - 1):
        assert f"Inertia {round(rounds[at].inertia):.3g}," in render(step=at).text


def test_inertia_never_rises():
    render, last = explore.step_renderer(IMAGE, k=5)
    for draw in ("random", "k-means++"):
        texts = [render(step=n, draw=draw).text for n in range(last(k=5, start=0, draw=draw) + 1)]
        inertia = [float(t.split("Inertia ")[1].split(",")[0]) for t in texts]
        assert inertia == sorted(inertia, reverse=True)


@pytest.mark.parametrize("k", [2, 10])
def test_photograph(k):
    """More colours than the cloud can hold are drawn as bins."""
    photo = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    stepper = explore.stepper(photo, k=k)
    press(stepper, "Forward")
    assert stepper.status.startswith(f"k = {k},") and "Not drawn" not in stepper.status


def test_fewer_colours_than_clusters():
    flat = landscape.make(64, width=0).image
    stepper = explore.stepper(flat, k=4)
    stepper.controls["k"].value = 10
    assert "Not drawn" not in stepper.status


def test_a_run_longer_than_the_slider_is_not_at_rest(monkeypatch):
    monkeypatch.setattr(explore, "LARGEST_STEP", 3)
    render, last = explore.step_renderer(IMAGE, k=5)
    assert last(k=5, start=0, draw="random") == 3
    assert "moving" in render(step=3).text
