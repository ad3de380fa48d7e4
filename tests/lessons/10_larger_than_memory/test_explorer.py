"""The explorer of lesson 10: what it shows is what lies in the store; a click chooses a block."""

import numpy as np
import pytest

from lessons_lib import drawing, kmeans, tiles
from lessons_lib.explorers import larger_than_memory as explore
from tests.explorers.common import SAYS, good, put
from tests.lessons import module

PATH, TALLY = module("10_larger_than_memory", "settings").small()


@pytest.fixture(scope="module")
def explorer():
    return explore.explorer(PATH, TALLY)


@pytest.mark.parametrize("k", [2, 8])
@pytest.mark.parametrize("place", tiles.places(PATH))
def test_every_block(explorer, place, k):
    for step in explore.STEPS:
        put(explorer, {"k": k, "down": place[0], "across": place[1], "step": step})
        good(explorer, SAYS["larger_than_memory"])


def test_the_part_is_that_of_the_picture_with_the_borders_of_its_clusters():
    picture = explore.renderer(PATH, TALLY)(k=3, down=1, across=1, step=1)
    part = tiles.part(PATH, slice(380, 820), slice(380, 820))
    assert "rows 380 to 819, columns 380 to 819" in picture.text
    found = kmeans.fit_colors(TALLY.colors, 3)
    labels = tiles.assign(part, TALLY.codes, found.labels)
    place = picture.places[1]
    shown = picture.rgb[place.top:place.top + place.height, place.left:place.left + place.width]
    assert np.array_equal(shown, drawing.outline(part, labels))
    shares = 100 * np.bincount(labels.ravel()) / labels.size
    assert f"0: {shares[0]:.0f} %, 1: {shares[1]:.0f} %, 2: {shares[2]:.0f} %." in picture.text


@pytest.mark.parametrize("place", [(0, 0), (2, 1), (1, 2)])
def test_a_click_on_the_whole_picture_chooses_the_block(explorer, place):
    explorer.reset()
    left = explorer.picture.places[0]
    down, across = ((one.start + one.stop) / 2 / whole.stop for one, whole in
                    zip(tiles.window(PATH, place), tiles.window(PATH, (2, 2))))
    x, y = left.left + int(across * left.width), left.top + int(down * left.height)
    explorer.heard("click", x, y, None)
    assert (explorer.settings["down"], explorer.settings["across"]) == place
    gap = (left.left + left.width + explorer.picture.places[1].left) // 2
    assert explorer.expects(gap, y) is None
    explorer.heard("click", gap, y, None)  # nothing to choose there
    assert (explorer.settings["down"], explorer.settings["across"]) == place


def test_a_click_on_the_detail_comes_nearer(explorer):
    explorer.reset()
    explorer.controls["step"].value = 8
    for share, nearer in ((0.9, 4), (0.8, 2), (0.1, 1), (0.5, 1)):
        before, right = explorer.settings, explorer.picture.places[1]
        spans = explorer.render.panels(before["down"], before["across"], before["step"])[1]
        pixel = [int(one.start + share * (one.stop - one.start)) for one in spans]
        explorer.heard("click", right.left + int(share * right.width) + 1,
                       right.top + int(share * right.height) + 1, None)
        now = explorer.settings
        assert now["step"] == nearer
        for there, one in zip(tiles.window(PATH, (now["down"], now["across"])), pixel):
            assert there.start <= one + 2 * nearer and one < there.stop


def test_unknown_settings_are_refused():
    with pytest.raises(TypeError, match="there is no setting 'level'; this explorer has k, down"):
        explore.explorer(PATH, TALLY, level=3)
