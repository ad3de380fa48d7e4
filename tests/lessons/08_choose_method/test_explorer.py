"""The explorer of lesson 08: every scene with every method; scores are those of the library."""

import numpy as np
import pytest

from lessons_lib import clusterings, drawing, scores
from lessons_lib.explorers import choose_method as explore
from tests.explorers.common import SAYS, good, put


@pytest.fixture(scope="module")
def explorer():
    return explore.explorer()


@pytest.mark.parametrize("method", clusterings.METHODS)
@pytest.mark.parametrize("scene", explore.SCENES)
def test_every_scene_with_every_method(explorer, scene, method):
    for level in (0, 4, 9):
        put(explorer, {"scene": scene, "method": method, "level": level})
        good(explorer, SAYS["choose_method"])


@pytest.mark.parametrize("method", ["k-means", "Ward", "DBSCAN"])
def test_scores_and_regions_are_those_of_the_library(method):
    scene = explore.scene_of("coins")
    labels = clusterings.segment(scene.image, method, **clusterings.at_level(method, 4)).labels
    picture = explore.render("coins", method, 4)
    assert f"ARI {scores.adjusted_rand(scene.truth, labels):z.2f}." in picture.text
    assert f": {labels.max() + 1} label" in picture.text
    place = picture.places[0]
    shown = picture.rgb[place.top:place.top + place.height, place.left:place.left + place.width]
    big = drawing.resize(labels, explore.PANEL)
    assert np.array_equal(shown, drawing.outline(drawing.resize(scene.image, explore.PANEL), big))


def test_unknown_settings_are_refused():
    with pytest.raises(TypeError, match="there is no setting 'k'; this explorer has scene, method"):
        explore.explorer(k=3)


def test_live_it_says_the_time_of_a_cut_that_is_made_once():
    explorer = explore.explorer()
    settings = {"scene": "coins", "method": "Ward", "level": 7}
    work = explorer.work(**settings)
    work()
    assert explorer.work(**settings) is None  # done: drawn at once from here on
    found, seconds = explore.cut(**settings)
    counted = f"It took {seconds:.2f} s, the superpixels not counted."
    assert explorer.adds(**settings) == counted
    assert found.told == {"k": 18}
    settings["method"] = "k-means"
    assert explorer.adds(**settings) == f"It took {explore.cut(**settings)[1]:.2f} s."


def test_the_tree_of_a_picture_of_few_superpixels():
    explorer = explore.tree(np.indices((6, 9)).sum(axis=0).astype(np.uint8)[..., None].repeat(3, 2))
    slider = explorer.controls["k"]
    for slider.value in (slider.max, 1):
        assert f"k = {slider.value} region" in explorer.status
        assert explorer.picture.text == explorer.status
