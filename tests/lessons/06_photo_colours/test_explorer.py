"""The explorer of lesson 06: other pictures, scores, errors."""

import re

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from lessons_lib import clouds, images, palettes
from lessons_lib.colors import bin_colors, unique_colors
from tests.explorers.common import SAYS, combinations, good, put, some_picture


# The photograph


def photo_pictures(folder):
    """Pictures that are no photographs of the course."""
    rng = np.random.default_rng(0)
    two = np.where(np.arange(60)[:, None] < 25, np.uint8([200, 20, 30]), np.uint8([10, 90, 40]))
    pictures = {
        "grey": np.repeat(some_picture((90, 120))[..., None], 3, axis=2),
        "tiny": rng.integers(0, 256, (3, 5, 3), np.uint8),
        "two": np.tile(two, (40, 1, 1)),
        "one": np.full((30, 40, 3), 90, np.uint8),
        "row": two[None],
        "narrow": rng.integers(0, 256, (300, 4, 3), np.uint8),
        "large": rng.integers(0, 99, (30, 900, 3), np.uint8),
    }
    for name, image in pictures.items():
        Image.fromarray(image).save(folder / f"{name}.png")
    return pictures


@pytest.mark.parametrize("picture", ["grey", "tiny", "two", "one", "row", "narrow", "large"])
def test_photo_with_other_pictures(picture, tmp_path):
    from lessons_lib.explorers import photo_colours

    image, file = photo_pictures(tmp_path)[picture], str(tmp_path / f"{picture}.png")
    image = images.shrink(image, photo_colours.LARGEST_SIDE)
    bins = len(np.unique((image // 16).reshape(-1, 3), axis=0))
    explorer = photo_colours.explorer(picture=file, k=3)
    for settings in combinations(explorer, 8):
        put(explorer, {**settings, "picture": file})
        good(explorer, SAYS["photo_colours"].replace(r"\w+", rf"{picture}\.png", 1))
        assert f" {bins} bins of colours" in explorer.status
        if settings["cluster"] != "all":
            last = min(settings["k"], bins) - 1
            assert f": cluster {min(int(settings['cluster']), last)} holds" in explorer.status
            assert ("this is the last one" in explorer.status) == (int(settings["cluster"]) > last)


def shares_said(text):
    return [int(share) for share in re.findall(r"\d+: (\d+) %", text.split(" Right, ")[0])]


@pytest.mark.parametrize(
    "space", ["RGB", "CIELAB", "CIELAB, no lightness", "HSV", "HSV, hue as an angle"]
)
def test_photo_finds_paints_that_are_far_apart_in_every_space(space, tmp_path):
    """Stripes: their shares and parts, and each cluster shown with the photograph's pixels."""
    from lessons_lib.explorers import photo_colours

    paints = np.uint8([(40, 30, 130), (190, 40, 30), (60, 190, 70)])  # from dark to bright
    stripe = np.repeat([1, 0, 1, 2], [20, 30, 10, 40])
    noise = np.random.default_rng(0).integers(-6, 7, (50, 100, 3))
    # Reds that lie at both ends of the hue would be two heaps for hue as a number.
    image = (paints[stripe] + (0, 12, 0) + noise).astype(np.uint8)
    file = str(tmp_path / "stripes.png")
    Image.fromarray(image).save(file)
    assert shares_said(photo_colours.render(file, 3, space).text) == [30, 30, 40]
    for cluster, parts in (
        (0, "1 connected part."),
        (1, "2 connected parts."),
        (2, "1 connected part."),
    ):
        shown = photo_colours.render(file, 3, space, cluster=str(cluster))
        assert (
            f"cluster {cluster} holds {[30, 30, 40][cluster]} % of the pixels, in {parts}"
            in shown.text
        )
        inside = stripe == cluster
        [left] = [
            rgb
            for rgb in (shown.rgb[top : top + 50, :100] for top in range(60))
            if np.array_equal(rgb[:, inside], image[:, inside])
        ]
        assert left[:, ~inside].min() > 190  # all others are faint


@pytest.mark.parametrize("weight", [0.0, 0.6])
def test_photo_angles_and_the_cluster_shown_change_the_drawing_only(weight, monkeypatch):
    """Nothing is fitted again: same labels, same shares, and the same left half."""
    from lessons_lib import kmeans
    from lessons_lib.explorers import photo_colours

    explorer = photo_colours.explorer(k=5, weight=weight)
    start, labels = explorer.picture, photo_colours.clusters("flower", 5, "RGB", weight)[0].copy()
    shares = shares_said(start.text)
    left = slice(None, 360), slice(None, photo_colours.PANEL)

    def refuse(*args, **options):
        raise AssertionError("fitted again")

    monkeypatch.setattr(kmeans, "fit", refuse)
    for azimuth, elevation in ((-180, 25), (180, 90), (0, -90)):
        put(explorer, {**explorer.settings, "azimuth": azimuth, "elevation": elevation})
        assert shares_said(explorer.status) == shares
        assert np.array_equal(explorer.picture.rgb[left], start.rgb[left])
        assert not np.array_equal(explorer.picture.rgb, start.rgb)
    for cluster in range(5):
        put(explorer, {**explorer.settings, "cluster": str(cluster)})
        parts = ndimage.label(labels == cluster)[1]
        assert (
            f"cluster {cluster} holds {shares[cluster]} % of the pixels, in {parts} connected "
            f"part{'s' * (parts > 1)}."
        ) in explorer.status
    assert np.array_equal(photo_colours.clusters("flower", 5, "RGB", weight)[0], labels)
    photo_colours.clusters.cache_clear()
    explorer.controls["k"].value = 4
    assert explorer.status.startswith("Not drawn: fitted again")


def test_photo_takes_the_nearest_centre_of_colour_and_place():
    from lessons_lib.explorers import photo_colours

    rng = np.random.default_rng(0)
    for channels, shape, step in ((3, (30, 41), 1.7), (2, (50, 7), 0.01), (3, (1, 9), 5.0)):
        colors, index = rng.normal(0, 40, (25, channels)), rng.integers(0, 25, shape)
        centers = np.column_stack(
            [rng.normal(0, 40, (6, channels)), rng.uniform(0, step * np.array(shape), (6, 2))]
        )
        place = step * np.mgrid[: shape[0], : shape[1]].transpose(1, 2, 0)
        points = np.concatenate([colors[index], place], axis=2)
        far = np.linalg.norm(points[:, :, None] - centers, axis=3)
        labels = photo_colours.nearest(colors, index, step, centers)
        mine = np.take_along_axis(far, labels[..., None].astype(int), 2)[..., 0]
        assert mine == pytest.approx(far.min(axis=2), rel=1e-4, abs=1e-3)


def test_photo_clusters_keep_together_with_a_position_weight():
    from lessons_lib.explorers import photo_colours

    parts = [
        sum(
            int(
                re.search(
                    r"in (\d+) connected",
                    photo_colours.render("coffee", 6, weight=weight, cluster=str(i)).text,
                )[1]
            )
            for i in range(6)
        )
        for weight in (0.0, 0.5, 2.0)
    ]
    assert parts[0] > 1.5 * parts[1] > 5 * parts[2]


def test_photo_shows_a_picture_that_cannot_be_read():
    from lessons_lib.explorers import photo_colours

    explorer = photo_colours.explorer(picture="no such file.png")
    assert (
        explorer.status.startswith("Not drawn: source='no such file.png'")
        and explorer.picture is None
    )
    explorer.controls["picture"].value = "coffee"
    good(explorer, SAYS["photo_colours"])


def test_a_turntable_paints_the_discs_as_it_says():
    from lessons_lib.explorers import photo_colours

    bins = bin_colors(unique_colors(images.shrink(images.load("coffee"), 60)))
    labels = np.arange(len(bins.counts)) % 11
    table = photo_colours.turntable(bins, labels)
    for kind, name, colors in (
        ("true", "true colours", bins.values),
        ("swapped", "red, blue, green", bins.values[:, [0, 2, 1]]),
        ("clusters", "colours of the clusters", palettes.LABELS[labels % 8]),
    ):
        for azimuth, elevation in ((-60, 25), (30, -90)):
            put(table, {"azimuth": azimuth, "elevation": elevation, "discs": kind})
            assert (
                table.status
                == f"{len(labels)} discs ({name}) from azimuth {azimuth}°, elevation {elevation}°."
            )
            assert np.array_equal(
                table.picture.rgb,
                clouds.draw_rgb(
                    bins.values, bins.counts, colors=colors, azimuth=azimuth, elevation=elevation
                ),
            )
