"""What lesson 09 says, on other pictures, seeds and settings."""

import numpy as np
import pytest

from lessons_lib import accuracy, batches, images, recipes


def settings_of(image, recipe):
    small, _ = recipes.working(image, recipe.side)
    return batches.settings(recipe, recipes.cut(small, recipe), recipes.run(image, recipe))


@pytest.mark.parametrize("name", ["coffee", "retina", "chelsea"])
def test_a_smaller_copy_moves_few_pixels(name):
    image = images.shrink(images.load(name), 600)
    one, other = (recipes.finished(recipes.full_size(image, recipes.Recipe(k=3, side=side))).classes
                  for side in (480, 240))
    assert 0 < (one != other).mean() < 0.15


@pytest.mark.parametrize("dimmer", [0.5, 0.6, 0.7])
def test_whether_names_survive_other_light_depends_on_the_picture(dimmer):
    kept = {}
    for name in ("immunohistochemistry", "flower"):
        image = images.load(name)
        dark = (image * dimmer).astype(np.uint8)
        namer = batches.Namer(settings_of(image, recipes.Recipe(k=3)))
        kept[name] = (namer(dark) == namer(image)).mean()
    assert kept["immunohistochemistry"] < 0.6 and kept["flower"] > 0.85
    assert (namer(image[:, ::-1])[:, ::-1] == namer(image)).all()


@pytest.mark.parametrize("dimmer", [0.5, 0.6, 0.7])
def test_bright_ground_slides_and_dark_ground_stays(dimmer):
    stays = {}
    for name in ("immunohistochemistry", "flower"):
        image = images.load(name)
        namer = batches.Namer(settings_of(image, recipes.Recipe(k=3, smooth=1)))
        before, after = namer(image), namer((image * dimmer).astype(np.uint8))
        by_grey = sorted(range(3), key=lambda i: image[before == i].mean())
        stays[name] = [(after[before == i] == i).mean() for i in by_grey]
    assert stays["immunohistochemistry"][-1] < 0.3 and stays["flower"][0] > 0.95


@pytest.mark.parametrize("name", ["coffee", "retina", "immunohistochemistry"])
def test_with_the_same_blur_hardly_a_pixel_changes_sides(name):
    image = images.shrink(images.load(name), 600)
    one, other = (recipes.finished(recipes.full_size(image, recipes.Recipe(
        k=3, side=side, smooth=blur))).classes for side, blur in ((480, 1), (240, 0.5)))
    assert (one != other).mean() < 0.02


def test_without_lightness_more_names_survive():
    image = images.load("immunohistochemistry")
    dark = (image * 0.6).astype(np.uint8)
    kept = {}
    for space in ("CIELAB", "CIELAB, no lightness"):
        namer = batches.Namer(settings_of(image, recipes.Recipe(k=2, features=space)))
        kept[space] = (namer(dark) == namer(image)).mean()
    assert kept["CIELAB, no lightness"] > kept["CIELAB"]


@pytest.mark.parametrize("right", [0.8, 0.9])
def test_four_times_as_many_points_halve_the_interval(right):
    rng = np.random.default_rng(0)
    width = {}
    for n in (80, 320, 1280):
        found = []
        for _ in range(50):
            truth = (rng.random(n) > right).astype(int)
            found.append(accuracy.estimate(truth, np.zeros(n, int), [1, 0]))
        width[n] = np.mean([one.high - one.low for one in found])
    assert width[320] / width[80] == pytest.approx(0.5, abs=0.07)
    assert width[1280] / width[320] == pytest.approx(0.5, abs=0.07)


def test_two_clusters_of_one_name_are_one_class():
    image = images.load("coffee")
    recipe = recipes.Recipe(k=4, edits=(("name", 10, 10, "a"), ("name", 160, 240, "a")))
    plain, named = recipes.run(image, recipe._replace(edits=())), recipes.run(image, recipe)
    assert plain.classes[10, 10] != plain.classes[160, 240]
    assert len(named.names) == len(plain.names) - 1
    assert named.classes[10, 10] == named.classes[160, 240]
