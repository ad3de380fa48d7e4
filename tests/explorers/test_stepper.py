"""The stepper of lesson 03: forward, back, play, new start."""

import asyncio

import numpy as np
import pytest

from lessons_lib import kmeans, landscape
from lessons_lib.colors import unique_colors
from lessons_lib.explorers import landscape_kmeans as explore
from lessons_lib.explorers.stepper import Stepper
from tests.explorers.common import in_a_loop, until

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
    buttons = [b.description for b in stepper.children[1].children]
    assert buttons == ["Back", "Forward", "Play", "New start"]
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


def test_play_may_be_heard_on_another_thread():
    async def play():
        stepper = explore.stepper(IMAGE, k=4)
        asyncio.get_running_loop().set_debug(True)  # it then tells what is not safe
        await asyncio.to_thread(press, stepper, "Play")
        await until(lambda: step_of(stepper) == 2)
        stepper.close()

    in_a_loop(play)


def test_reset_stops_playing():
    async def reset(stepper):
        stepper.reset()
        await asyncio.sleep(0.8)

    stepper = asyncio.run(_played(reset))
    assert step_of(stepper) == 0 and stepper._play.description == "Play"


def test_rounds_are_those_of_lloyd():
    render, last = explore.step_renderer(IMAGE, k=3, start=5)
    colors = unique_colors(IMAGE)
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


# Centres dragged by hand

def spot(stepper, number):
    return stepper.picture.handles[number][:2]


def inertia(stepper):
    return float(stepper.status.split(" Inertia ")[1].split(",")[0])


def drag(stepper, number, x, y, *kinds):
    """What the stage tells when a reader drags."""
    for kind in kinds or ("drag", "drop"):
        stepper._hear(kind, x, y, number)


def test_a_dropped_centre_is_where_it_was_dropped(stepper):
    x, y = (np.array(spot(stepper, 2)) + spot(stepper, 3)) // 2
    before = inertia(stepper)
    drag(stepper, 2, x, y)
    assert spot(stepper, 2) == pytest.approx((x, y), abs=1)
    assert stepper.status.startswith("Centre 2 moved to RGB (") and inertia(stepper) != before
    assert step_of(stepper) == 1
    (at, number, color), = stepper.moves
    assert (at, number) == (0, 2)
    # The inertia is that of k-means from these centres.
    colors = unique_colors(IMAGE)
    drawn = np.random.default_rng(0).choice(len(colors.counts), 4, replace=False)
    centers = colors.values[drawn].astype(float)
    centers[2] = color
    rounds = list(kmeans.lloyd(colors.values, centers, weights=colors.counts))
    assert inertia(stepper) == float(f"{round(rounds[0].inertia):.3g}")
    for now in rounds[1:3]:
        press(stepper, "Forward")
        assert inertia(stepper) == float(f"{round(now.inertia):.3g}")
        assert "moved to" not in stepper.status
    assert f"round 3 of {len(rounds)}," in stepper.status


def test_back_takes_a_move_away_and_forward_does_it_again(stepper):
    first = stepper.picture
    x, y = spot(stepper, 1)
    drag(stepper, 1, x + 50, y - 40)
    moved = stepper.picture
    press(stepper, "Back")
    assert np.array_equal(stepper.picture.rgb, first.rgb)
    press(stepper, "Forward")
    assert np.array_equal(stepper.picture.rgb, moved.rgb)
    # Another move from before it takes its place.
    press(stepper, "Back")
    drag(stepper, 0, x, y - 30)
    assert [move[:2] for move in stepper.moves] == [(0, 0)]


def test_all_centres_one_after_another(stepper):
    for number in range(4):
        x, y = spot(stepper, number)
        drag(stepper, number, x + 10, y + 10)
        assert f"Centre {number} moved to" in stepper.status and step_of(stepper) == number + 1
    assert len(stepper.moves) == 4
    press(stepper, "Play")
    assert "at rest" in stepper.status


def test_put_back(stepper):
    press(stepper, "Forward")
    before, (x, y) = stepper.picture, spot(stepper, 3)
    drag(stepper, 3, x + 50, y + 50, "drag")
    assert not np.array_equal(stepper.picture.rgb, before.rgb)  # it follows the pointer
    drag(stepper, 3, x + 80, y + 50, "drag", "put back")
    assert stepper.moves == () and np.array_equal(stepper.picture.rgb, before.rgb)


@pytest.mark.parametrize("undo", ["Reset", "New start", "k", "draw", "start"])
def test_what_starts_anew_drops_the_moves(stepper, undo):
    x, y = spot(stepper, 2)
    drag(stepper, 2, x - 60, y + 60)
    drag(stepper, 1, x - 60, y + 60)
    if undo == "Reset":
        stepper.reset()
    elif undo == "New start":
        press(stepper, undo)
    else:
        control = stepper.controls[undo]
        control.value = "k-means++" if undo == "draw" else control.value + 1
    assert stepper.moves == () and "moves" not in stepper.settings
    assert "moved to" not in stepper.status
    plain = explore.step_renderer(IMAGE, k=4)[0](**stepper.settings)
    assert np.array_equal(stepper.picture.rgb, plain.rgb)


def test_a_move_pauses_what_plays(stepper):
    async def move(stepper):
        x, y = spot(stepper, 2)
        stepper.heard("drop", x - 60, y + 60, 2)
        await asyncio.sleep(0)

    stepper = asyncio.run(_played(move))
    assert stepper._play.description == "Play" and len(stepper.moves) == 1


def test_outside_of_all_colours_a_centre_stops_at_the_rim(stepper):
    drag(stepper, 2, 5000, -5000)
    (_, _, color), = stepper.moves
    assert min(color) >= 0 and max(color) <= 255 and "Not drawn" not in stepper.status


def test_a_move_from_behind_the_end(stepper):
    """The slider may stand behind the last round: the move comes after that round."""
    stepper.controls["step"].value = explore.LARGEST_STEP
    last = stepper.status.split("round ")[1].split(" ")[0]
    x, y = spot(stepper, 0)
    drag(stepper, 0, x + 30, y + 30)
    assert stepper.moves[0][0] == int(last) and step_of(stepper) == int(last) + 1


def test_a_click_on_nothing_changes_nothing(stepper):
    before = stepper.picture
    stepper._hear("click", 5, 5, None)
    assert stepper.picture is before and stepper.moves == ()


def test_the_cloud_tells_the_colour_of_its_plane(stepper):
    x, y = spot(stepper, 2)
    assert stepper._read(x, y).startswith("In the plane of the drawing: colour RGB (")
    assert stepper._read(5, 40).startswith("Row 14, column 5: colour RGB (")
