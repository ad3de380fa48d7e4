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
    x = left.left + int((place[1] + 0.5) / 3 * left.width)
    y = left.top + int((place[0] + 0.5) / 3 * left.height)
    explorer.heard("click", x, y, None)
    assert (explorer.settings["down"], explorer.settings["across"]) == place
    right = explorer.picture.places[1]
    explorer.heard("click", right.left + 5, right.top + 5, None)  # nothing to choose there
    assert (explorer.settings["down"], explorer.settings["across"]) == place


def test_unknown_settings_are_refused():
    with pytest.raises(TypeError, match="there is no setting 'level'; this explorer has k, down"):
        explore.explorer(PATH, TALLY, level=3)
