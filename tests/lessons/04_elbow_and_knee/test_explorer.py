"""The explorer of lesson 04: other pictures, scores, errors."""

import numpy as np
import pytest

from lessons_lib import kmeans, scores
from lessons_lib.explorers import elbow_and_knee
from tests.explorers.common import LESSONS, SAYS, combinations, good, put, same, some_picture

LESSON = LESSONS["elbow_and_knee"]


def few_colors(n):
    """A picture of n greys, each as common as the others."""
    return np.tile(np.linspace(0, 255, n).astype(np.uint8), (40, 8))


ELBOW_PICTURES = {
    "a landscape": lambda: LESSON.needed()["image"],
    "grey, 300 x 40": lambda: some_picture((300, 40)),
    "grey, 40 x 300": lambda: some_picture((40, 300)),
    "5 greys": lambda: few_colors(5),
    "12 greys": lambda: few_colors(12),
}


@pytest.mark.parametrize("picture", ELBOW_PICTURES)
def test_elbow_with_other_pictures_and_no_truth(picture):
    image = ELBOW_PICTURES[picture]()
    explorer = elbow_and_knee.explorer(image, k=4, k_max=10, sensitivity=3.0)
    assert same(explorer.picture, explorer.render()) and "(sensitivity 3)" in explorer.status
    for settings in combinations(explorer, 8):
        put(explorer, settings)
        good(explorer, SAYS["elbow_and_knee"].replace(r", ARI to the truth -?\d\.\d\d", ""))
        outside = explorer.status.endswith(f". k = {settings['k']} lies outside of that range.")
        assert outside == (settings["k"] > settings["k_max"])


def test_elbow_scores_are_those_of_the_library():
    scene = LESSON.needed()
    render = elbow_and_knee.renderer(**scene)
    one = kmeans.segment(scene["image"], 1).inertia
    for k in (1, 3, 9):
        found = kmeans.segment(scene["image"], k)
        ari = scores.adjusted_rand(scene["truth"], found.labels)
        plural = "s" if k > 1 else ""
        said = (f"k = {k} colour{plural}: inertia {100 * found.inertia / one:.1f} % of that of one "
                f"cluster, ARI to the truth {ari:.2f}.")
        assert said in render(k=k).text


def test_elbow_refuses_a_picture_of_four_colours():
    few = "image must have at least 5 different colours, .*; it has 4"
    with pytest.raises(ValueError, match=few):
        elbow_and_knee.explorer(few_colors(4))
