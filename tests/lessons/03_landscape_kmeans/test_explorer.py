"""The explorer of lesson 03: other pictures, scores, errors."""

import numpy as np
import pytest

from tests.explorers.common import SHAPES, same, some_picture

from lessons_lib.colors import unique_colors


@pytest.mark.parametrize("size", [32, 200, 512])
def test_landscapes_of_any_size_with_more_clusters_than_colours(size):
    from lessons_lib import landscape
    from lessons_lib.explorers import landscape_kmeans as explore

    explorer = explore.explorer(size=size, width=0.0, k=12, seed=40, scale=35, octaves=2)
    image = landscape.make(size, width=0, seed=40, scale=35, octaves=2).image
    n = len(unique_colors(image).counts)
    assert f"{n} colours in {size ** 2} pixels" in explorer.status
    assert "inertia 0," in explorer.status
    fewer = f"There are only {n} colours, so k = 12 means {n} clusters here."
    assert explorer.status.endswith(fewer)
    explorer.controls["k"].value = n
    assert "There are only" not in explorer.status and "inertia 0," in explorer.status
    assert explorer.picture.rgb.shape[1] > 2 * size


def test_landscape_scores_are_those_of_the_library():
    from lessons_lib import kmeans, landscape, scores
    from lessons_lib.explorers import landscape_kmeans as explore

    settings = {"seed": 3, "scale": 60.0, "octaves": 4, "persistence": 0.7, "lacunarity": 2.5,
                "width": 0.04}
    for k in (1, 4, 9):
        scene = landscape.make(150, **settings)
        found = kmeans.segment(scene.image, k)
        text = explore.render(k=k, size=150, **settings).text
        assert f"k = {k}: inertia {found.inertia:.3g}, " in text
        assert f" {scores.adjusted_rand(scene.truth, found.labels):.2f}." in text


@pytest.mark.parametrize("start", [
    {"k": 20}, {"scale": 500.0}, {"scale": 7.5}, {"octaves": 12}, {"persistence": 0.95},
    {"persistence": 0.05}, {"lacunarity": 6.0}, {"lacunarity": 1.0}, {"seed": 99},
    {"scale": 103.0}])
def test_a_landscape_explorer_starts_where_the_lesson_is(start):
    """Whatever an instructor has set."""
    from lessons_lib.explorers import landscape_kmeans as explore

    explorer = explore.explorer(size=64, **start)
    assert same(explorer.picture, explore.render(size=64, **start))


@pytest.mark.parametrize("k", [1, 2, 10, 14])
def test_a_stepper_starts_with_the_clusters_of_the_lesson(k):
    from lessons_lib import landscape
    from lessons_lib.explorers import landscape_kmeans as explore

    assert explore.stepper(landscape.make(64).image, k=k).status.startswith(f"k = {k}, ")


@pytest.mark.parametrize("shape", SHAPES)
def test_stepper_with_other_pictures(shape):
    from lessons_lib.explorers import landscape_kmeans as explore

    grey = some_picture(shape)
    one_color = np.full((*shape, 3), 90, np.uint8)
    colored = np.stack([grey, 255 - grey, grey // 2], axis=2)
    for image in (colored, np.stack([grey] * 3, axis=2), one_color):
        stepper = explore.stepper(image, k=3)
        for settings in ({}, {"step": 5}, {"k": 10, "draw": "k-means++"},
                         {"step": explore.LARGEST_STEP}):
            for key, value in settings.items():
                stepper.controls[key].value = value
            assert stepper.status.startswith(f"k = {stepper.settings['k']}, start 0 (")
        assert "at rest" in stepper.status
