"""What lesson 06 says, measured again, in other ways and on other photographs."""

import ast
import io
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from scipy import ndimage
from skimage.color import hsv2rgb
from skimage.metrics import peak_signal_noise_ratio

from lessons_lib import beach, boxes, clouds, features, images, kmeans, regions, scores
from lessons_lib.colors import bin_colors, unique_colors
from lessons_lib.explorers import photo_colours as explore

NOTEBOOK = Path(__file__).resolve().parents[3] / "notebooks" / "06_photo_colours.ipynb"
OTHERS = ("coffee", "chelsea", "china", "rocket", "astronaut")
COLORS = hnp.arrays(float, (8, 3), elements=st.floats(0, 255))


def small(name, side=200):
    return images.shrink(images.load(name), side)


def warm_in(picture):
    red, green, blue = np.moveaxis(picture.astype(int), 2, 0)
    return (red > green) & (red > blue)


@pytest.fixture(scope="module")
def lesson():
    """The functions of the lesson that need nothing but their parameters."""
    space = {"np": np, "pd": pd, "Image": Image, "io": io, "scores": scores}
    names = ("my_kmeans", "png_bytes", "wholeness", "cost_of_joining", "slow_frame")
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if any(f"def {name}(" in cell.source for name in names):
            functions = [
                node for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef)
            ]
            exec(compile(ast.Module(functions, []), "lesson", "exec"), space)
    return space


@pytest.fixture(scope="module")
def flower():
    return images.load("flower")  # 640 pixels wide: not shrunk


@pytest.fixture(scope="module")
def warm(flower):
    return warm_in(flower)


@pytest.fixture(scope="module")
def bins(flower):
    return bin_colors(unique_colors(flower))


@pytest.fixture(scope="module")
def four(flower):
    return kmeans.segment(flower, 4)


def score(points, centers):
    """Of each point for each centre, without a square of the point."""
    return points @ centers.T - (centers**2).sum(axis=1) / 2


def distance(points, centers):
    return np.linalg.norm(points[:, None] - centers, axis=2)


# How does a photograph become a table?


@pytest.mark.parametrize("name", ("flower", *OTHERS))
def test_the_table_on_its_side_is_the_same_table(lesson, name):
    crop = small(name, 80)[:20, :30]
    frame = features.to_frame(crop)
    assert lesson["slow_frame"](crop).equals(frame)
    assert np.array_equal(frame.to_numpy().reshape(crop.shape), crop)


# What is a cluster of colours?


def test_a_cluster_is_the_pixels_nearest_to_one_centre_wherever_they_lie(flower, four):
    points = flower.reshape(-1, 3)[::7]
    nearest = distance(points, four.centers).argmin(axis=1)
    assert np.array_equal(nearest, four.labels.ravel()[::7])
    # The place has no say: the same pixels in another order have the same clusters.
    order = np.random.default_rng(0).permutation(flower.shape[0])
    assert np.array_equal(
        kmeans.segment(flower[order], 4, start=four.centers).labels, four.labels[order]
    )


def test_two_clusters_share_the_leaves_and_two_the_flowers(flower, four, warm):
    of_cluster = [warm[four.labels == i].mean() for i in range(4)]
    assert max(of_cluster[:2]) < 0.03 and min(of_cluster[2:]) > 0.97
    light = flower.max(axis=2)
    for dark, lit in ((0, 1), (2, 3)):
        assert light[four.labels == dark].mean() < light[four.labels == lit].mean() - 20


def test_one_mask_holds_several_flowers(four):
    parts, n = ndimage.label(four.labels == 3)
    large = np.flatnonzero(np.bincount(parts.ravel())[1:] > 400) + 1
    places = np.array(ndimage.center_of_mass(parts > 0, parts, large))
    assert n > 100 and len(places) >= 3
    # Far apart, and more than one large one.
    assert (
        np.linalg.norm(places[:, None] - places, axis=2)[np.triu_indices(len(places), 1)].max()
        > 200
    )
    assert (np.bincount(parts.ravel())[1:] > 5000).sum() >= 2


# Does one cluster less make a thing whole?


def test_with_three_the_leaves_are_one_cluster_and_the_flower_is_still_two(flower, four, warm):
    three = kmeans.segment(flower, 3)
    assert three.inertia > four.inertia
    shares = [
        np.sort(np.bincount(three.labels[thing], minlength=3) / thing.sum())
        for thing in (~warm, warm)
    ]
    assert shares[0][-1] > 0.95 and 0.2 < shares[1][-2] < 0.5


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shade", [0.3, 0.4, 0.5])
@pytest.mark.parametrize("noise", [3.0, 6.0, 10.0])
def test_three_clusters_leave_the_ball_whole_under_a_blue_sky_only(lesson, seed, shade, noise):
    """In the tutorial one cluster less made the thing whole: that hangs on all the rest."""
    for sky, after in (("blue", 1.0), ("hazy", 0.5)):
        scene = beach.make(sky, shade=shade, noise=noise, seed=seed)
        four, three = (kmeans.segment(scene.image, k).labels for k in (4, 3))
        assert lesson["wholeness"](scene.ball, four) == pytest.approx(0.5, abs=0.03), sky
        assert lesson["wholeness"](scene.ball, three) == pytest.approx(after, abs=0.03), sky


def test_under_the_hazy_sky_sky_and_sand_are_joined():
    scene = beach.make("hazy")
    three = kmeans.segment(scene.image, 3).labels
    assert len(np.unique(three[~scene.ball])) == 1
    assert len(np.unique(three[scene.ball])) == 2


@given(hnp.arrays(bool, (4, 5)), hnp.arrays(np.int8, (4, 5), elements=st.integers(0, 3)))
def test_wholeness_is_the_iou_of_the_best_cluster(lesson, mask, labels):
    each = [(mask & (labels == i)).sum() / max((mask | (labels == i)).sum(), 1) for i in range(4)]
    assert lesson["wholeness"](mask, labels) == pytest.approx(max(each))


@pytest.mark.parametrize("k", [3, 4, 5])
@pytest.mark.parametrize("name", ("flower", *OTHERS))
def test_one_cluster_less_costs_at_most_what_the_cheapest_pair_costs(lesson, name, k):
    picture = small(name, 120)
    more, less = kmeans.segment(picture, k), kmeans.segment(picture, k - 1)
    n = more.labels.size
    cheapest = np.inf
    for i in range(k):
        for j in range(i):
            cost = lesson["cost_of_joining"](more, j, i)
            pixels = picture[(more.labels == i) | (more.labels == j)].astype(float)
            apart = sum(
                ((p - p.mean(axis=0)) ** 2).sum()
                for p in (picture[more.labels == m].astype(float) for m in (i, j))
            )
            together = ((pixels - pixels.mean(axis=0)) ** 2).sum()
            assert cost == pytest.approx((together - apart) / n, rel=1e-4, abs=0.01)
            cheapest = min(cheapest, cost)
    assert (less.inertia - more.inertia) / n <= cheapest + 1e-6


def test_the_leaves_are_the_cheapest_pair_and_are_joined(lesson, flower, four):
    costs = {(i, j): lesson["cost_of_joining"](four, i, j) for j in range(4) for i in range(j)}
    assert sorted(costs, key=costs.get)[:2] == [(0, 1), (2, 3)]
    three = kmeans.segment(flower, 3).labels
    joined = np.array([0, 0, 1, 2])[four.labels]
    assert scores.adjusted_rand(joined, three) > 0.98


@pytest.mark.parametrize("name", OTHERS)
def test_one_cluster_less_never_lowers_the_inertia(name):
    inertias = [kmeans.segment(small(name, 80), k).inertia for k in range(1, 7)]
    assert (np.diff(inertias) < 0).all()


# Where do the pixels lie among all colours?


@pytest.mark.parametrize("name", ("flower", *OTHERS))
def test_photographs_have_many_colours_and_half_their_pixels_in_few_bins(name):
    picture = images.shrink(images.load(name), 640)
    colors = unique_colors(picture)
    bins = bin_colors(colors)
    heavy = np.sort(bins.counts)[::-1]
    assert len(colors.counts) > 30_000
    assert (np.cumsum(heavy) < colors.index.size / 2).sum() + 1 < 0.08 * len(heavy)
    # A sample misses most of the bins, for they are rare; and no bin loses a pixel.
    pixels = bins.index.ravel()[
        np.random.default_rng(0).choice(bins.index.size, 3000, replace=False)
    ]
    assert len(np.unique(pixels)) < len(heavy) / 2 and heavy.sum() == bins.index.size


def test_the_close_up_holds_the_heaviest_half_in_a_small_part_of_the_cube(flower, bins):
    near = clouds.crowd(bins.values, bins.counts)
    inside = ((bins.values >= near[:, 0]) & (bins.values <= near[:, 1])).all(axis=1)
    assert bins.counts[inside].sum() >= flower[..., 0].size / 2
    assert np.ptp(near, axis=1) == pytest.approx(np.ptp(near[0])) and np.ptp(near[0]) < 128


# Are the dots painted right?


def test_swapped_colours_put_blue_at_the_end_of_the_green_axis():
    steps = np.linspace(0, 255, 6)
    cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
    same_size = np.full(len(cube), 40)
    at = np.flatnonzero((cube == (0, 255, 0)).all(axis=1))[0]
    alone = clouds.draw_rgb(cube[[at]], same_size[[at]], size=316, azimuth=40)
    there = (alone == (0, 255, 0)).all(axis=2)
    right = clouds.draw_rgb(cube, same_size, size=316, azimuth=40)
    swapped = clouds.draw_rgb(cube, same_size, colors=cube[:, [0, 2, 1]], size=316, azimuth=40)
    assert there.sum() > 20
    assert (right[there] == (0, 255, 0)).all(axis=1).mean() > 0.9
    assert (swapped[there] == (0, 0, 255)).all(axis=1).mean() > 0.9
    # What keeps its colour has as much green as blue.
    kept = (cube == cube[:, [0, 2, 1]]).all(axis=1)
    assert np.array_equal(kept, cube[:, 1] == cube[:, 2])


# How does k-means cut this space?


@given(COLORS, hnp.arrays(float, (4, 3), elements=st.floats(0, 255)))
def test_the_nearest_centre_has_the_largest_score(points, centers):
    far = distance(points, centers)
    won = far[np.arange(len(points)), score(points, centers).argmax(axis=1)]
    assert won == pytest.approx(far.min(axis=1), abs=1e-6)


@given(
    hnp.arrays(float, (2, 3), elements=st.floats(0, 255)),
    hnp.arrays(float, 3, elements=st.floats(-300, 300)),
)
def test_the_wall_stands_half_way_and_square_to_the_line_between_two_centres(centers, along):
    a, b = centers
    way = b - a
    if (way**2).sum() < 1:
        return
    in_wall = (a + b) / 2 + along - (along @ way) / (way @ way) * way
    both = score(in_wall[None], centers)[0]
    assert both[0] == pytest.approx(both[1], abs=1e-6 * (1 + np.abs(both).max()))
    assert np.diff(score((in_wall + 0.01 * way)[None], centers)[0]) > 0


@given(COLORS, COLORS, hnp.arrays(float, (5, 3), elements=st.floats(0, 255)), st.floats(0, 1))
def test_between_two_colours_of_a_cell_you_are_inside(one, other, centers, part):
    labels = [score(points, centers).argmax(axis=1) for points in (one, other)]
    between = part * one + (1 - part) * other
    best, mine = (
        score(between, centers).max(axis=1),
        score(between, centers)[np.arange(8), labels[0]],
    )
    same = labels[0] == labels[1]
    assert mine[same] == pytest.approx(best[same], abs=1e-6)


@pytest.mark.parametrize("k", [3, 4, 6])
def test_borders_in_a_slice_are_straight(bins, k):
    """All pixels at the border of two cells lie within one pixel of a line."""
    centers = kmeans.fit(bins.values, k, weights=bins.counts).centers
    level = int(centers[:, 2].mean())
    square = np.stack(
        [*np.meshgrid(np.arange(256), np.arange(256)), np.full((256, 256), level)], axis=-1
    )
    cell = score(square.reshape(-1, 3).astype(float), centers).argmax(axis=1).reshape(256, 256)
    found = 0
    for i in range(k):
        for j in range(i):
            beside = ndimage.binary_dilation(cell == i) & (cell == j)
            rows, columns = np.nonzero(beside)
            if len(rows) >= 20:
                spots = np.column_stack([rows, columns]) - (rows.mean(), columns.mean())
                across = np.linalg.svd(spots, full_matrices=False)[2][1]
                assert np.abs(spots @ across).max() < 1.5
                found += 1
    assert found >= 2


@pytest.mark.parametrize("seed", range(3))
def test_kmeans_cannot_follow_a_bent_heap(seed):
    rng = np.random.default_rng(seed)
    turn, kind = rng.uniform(0, np.pi, 600), np.arange(600) % 2
    arc = np.column_stack([np.cos(turn), np.sin(turn)])
    points = np.where(kind[:, None] == 1, (1, 0.3) - arc, arc) + rng.normal(0, 0.04, (600, 2))
    found = kmeans.fit(points, 2)
    assert scores.adjusted_rand(kind[None], found.labels[None]) < 0.5
    truth = np.array([points[kind == i].mean(axis=0) for i in (0, 1)])
    assert found.inertia < (((points - truth[kind]) ** 2).sum())  # by its own measure it is right


# Is RGB the right space?


@pytest.mark.parametrize("seed", range(8))
def test_hue_as_a_number_tears_the_reds_and_the_wheel_does_not(seed):
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 3, (8, 14))
    hue = (kind / 3 + rng.uniform(-0.06, 0.06, kind.shape)) % 1
    beads = (
        255 * hsv2rgb(np.stack([hue, np.full(hue.shape, 0.8), np.full(hue.shape, 0.9)], axis=-1))
    ).astype(np.uint8)
    number, angle = (
        kmeans.fit(features.convert(beads.reshape(-1, 3), space)[:, :n], 3).labels.reshape(
            kind.shape
        )
        for space, n in (("HSV", 1), ("HSV, hue as an angle", 2))
    )
    assert scores.adjusted_rand(kind, angle) == 1 and scores.adjusted_rand(kind, number) < 0.85
    table = scores.overlap_table(kind, number)
    homes = np.flatnonzero(table[0])
    assert len(homes) == 2
    assert (
        table[1:, homes].sum(axis=0) > 0
    ).sum() == 1  # one half must share its cluster with another kind


def test_three_spaces_split_the_petals_and_the_wheel_splits_the_leaves(bins, warm):
    for space in features.SPACES:
        labels = kmeans.fit(features.convert(bins.values, space), 3, weights=bins.counts).labels[
            bins.index
        ]
        leaves, petals = (
            np.sort(np.bincount(labels[thing], minlength=3) / thing.sum())[-2]
            for thing in (~warm, warm)
        )
        if space.startswith("HSV"):
            assert leaves > 0.2 and petals < 0.06, space
        else:
            assert petals > 0.2 and leaves < 0.06, space


# Can clusters know where a pixel lies?


def lab_of(picture):
    return features.convert(picture.reshape(-1, 3), "CIELAB").reshape(picture.shape)


def test_with_weight_100_the_longer_side_is_as_long_as_black_to_white():
    ends = features.convert(np.array([[0, 0, 0], [255, 255, 255]]), "CIELAB")
    for shape in ((20, 50, 3), (50, 20, 3)):
        place = features.add_position(np.zeros(shape), 100)[..., 3:]
        assert np.ptp(place, axis=(0, 1)).max() == pytest.approx(
            np.linalg.norm(ends[1] - ends[0]), abs=0.01
        )


@pytest.mark.parametrize("name", ("flower", *OTHERS))
def test_more_weight_fewer_and_larger_pieces(name):
    lab = lab_of(small(name, 110))
    maps = [
        features.segment(features.add_position(lab, w), 8, levels=12, n_init=2).labels
        for w in (0, 50, 200, 5000)
    ]
    parts = [len(regions.connected(labels).areas) for labels in maps]
    assert parts[0] > 1.5 * parts[1] > 3 * parts[2] and parts[3] == 8
    # With very much weight the nearest middle decides, whatever the colours.
    middles = np.array(ndimage.center_of_mass(np.ones(maps[3].shape), maps[3], range(8)))
    pixels = np.argwhere(maps[3] >= 0)
    assert (distance(pixels, middles).argmin(axis=1) == maps[3].ravel()).mean() > 0.98


def test_with_weight_2_only_the_rim_of_the_flower_still_counts():
    picture = small("flower", 200)
    thing = ndimage.binary_opening(warm_in(picture), iterations=3)
    rim = thing & ~ndimage.binary_erosion(thing, border_value=1)
    on_rim, anywhere = [], []
    for weight in (50, 200):
        labels = features.segment(
            features.add_position(lab_of(picture), weight), 8, levels=12, n_init=3
        ).labels
        border = ndimage.binary_dilation(regions.boundaries(labels, "thick"))
        on_rim.append(border[rim].mean())
        anywhere.append(border.mean())
    assert on_rim[1] > 0.6 and anywhere[1] < 0.2
    assert on_rim[1] / anywhere[1] > 1.4 * on_rim[0] / anywhere[0]


# How few colours are enough?


@pytest.mark.parametrize("name", ("flower", *OTHERS))
def test_decibels_are_the_inertia(name):
    picture = small(name, 100)
    was = 0
    for k in (2, 4, 8, 16):
        found = kmeans.segment(picture, k, n_init=4)
        mse = found.inertia / (3 * picture.shape[0] * picture.shape[1])
        decibels = 10 * np.log10(255**2 / mse)
        painted = found.centers.round().astype(np.uint8)[found.labels]
        assert peak_signal_noise_ratio(picture, painted) == pytest.approx(decibels, abs=0.02)
        assert decibels > was
        was = decibels
    assert 10 * np.log10(255**2 / (mse / 2)) - decibels == pytest.approx(3, abs=0.02)


@pytest.mark.parametrize("name", ("flower", "astronaut"))
def test_no_other_palette_that_we_tried_has_a_smaller_error(name):
    """Moved centres, centres drawn from the picture, and the palette of Pillow."""
    picture = small(name, 80)
    points, found = picture.reshape(-1, 3).astype(float), kmeans.segment(picture, 8)
    rng = np.random.default_rng(0)
    pillow = np.array(Image.fromarray(picture).quantize(8).getpalette()[:24], float).reshape(8, 3)
    others = [
        pillow,
        *(points[rng.choice(len(points), 8, replace=False)] for _ in range(20)),
        *(found.centers + rng.normal(0, size, (8, 3)) for size in (0.5, 2, 8) for _ in range(10)),
    ]
    assert (
        min((distance(points, palette).min(axis=1) ** 2).sum() for palette in others)
        > found.inertia
    )


@pytest.mark.parametrize("name", ("flower", *OTHERS))
def test_a_palette_makes_the_file_smaller(lesson, name):
    picture = small(name, 150)
    found = kmeans.segment(picture, 16, n_init=2)
    palette = found.centers.round().astype(np.uint8)
    numbers, png_bytes = found.labels.astype(np.uint8), lesson["png_bytes"]
    assert (
        png_bytes(numbers, palette) < 0.75 * png_bytes(palette[numbers]) < 0.5 * png_bytes(picture)
    )


@pytest.mark.parametrize("colors, bits", [(2, 1), (16, 4), (256, 8)])
def test_a_palette_file_holds_one_short_number_a_pixel(lesson, colors, bits):
    """Noise cannot be packed."""
    noise = np.random.default_rng(0).integers(0, colors, (80, 90), np.uint8)
    size = lesson["png_bytes"](noise, np.zeros((colors, 3), np.uint8))
    assert noise.size * bits / 8 < size < 1.1 * noise.size * bits / 8 + 900


def test_a_rare_colour_gets_no_place_in_a_small_palette():
    ground = (
        np.linspace(60, 200, 128)
        .astype(np.uint8)[None, :, None]
        .repeat(96, axis=0)
        .repeat(3, axis=2)
    )
    ground[40:44, 60:64] = (220, 20, 20)
    near = [
        distance(np.array([[220.0, 20, 20]]), kmeans.segment(ground, k).centers).min()
        for k in (4, 64)
    ]
    assert near[0] > 80 and near[1] < 1


def test_dithering_lowers_the_psnr_and_needs_a_palette(flower):
    """In practice: Pillow dithers only if it is handed the palette."""
    image = Image.fromarray(flower)
    plain = image.quantize(16)
    ways = {
        dither: image.quantize(palette=plain, dither=dither)
        for dither in (Image.Dither.NONE, Image.Dither.FLOYDSTEINBERG)
    }
    without, dithered = (
        peak_signal_noise_ratio(flower, np.asarray(way.convert("RGB"))) for way in ways.values()
    )
    assert dithered < without - 1
    # Locally, on the mean of 9 by 9 pixels, which is what the eye sees, it is better.
    blurred = ndimage.uniform_filter(flower.astype(float), (9, 9, 0))
    errors = [
        np.abs(
            ndimage.uniform_filter(np.asarray(way.convert("RGB")).astype(float), (9, 9, 0))
            - blurred
        ).mean()
        for way in ways.values()
    ]
    assert errors[1] < errors[0]


def test_jpeg_suits_photographs_and_a_palette_png_label_maps(lesson, flower, four):
    def jpeg(image):
        out = io.BytesIO()
        Image.fromarray(image).save(out, "jpeg", quality=85)
        return out.tell()

    palette = four.centers.round().astype(np.uint8)
    assert jpeg(flower) < lesson["png_bytes"](flower) / 4
    assert (
        lesson["png_bytes"](four.labels.astype(np.uint8), palette) < jpeg(palette[four.labels]) / 2
    )


# Explore


@pytest.mark.parametrize("k", [2, 3, 4, 6, 8])
def test_shares_of_the_explorer_are_near_those_of_all_colours(flower, k):
    """In RGB, with the lesson's photograph.

    In other spaces and pictures it may take another cut that is nearly as good.
    """
    mine = explore.render(k=k).text.split("shares of the clusters ")[1].split(". Right")[0]
    mine = [int(part.split(": ")[1].removesuffix(" %")) for part in mine.split(", ")]
    found = kmeans.segment(flower, k, n_init=4)
    shares = 100 * np.bincount(found.labels.ravel()) / found.labels.size
    assert (
        np.abs(np.sort(shares) - np.sort(mine)).max() < 2.6
    )  # two of like brightness may change numbers


def test_the_lesson_looks_along_both_walls(flower):
    centers = kmeans.segment(flower, 3).centers
    to_the_eye = boxes.eye(-80, 45)
    for a, b in ((0, 1), (1, 2)):
        normal = centers[b] - centers[a]
        assert abs(normal @ to_the_eye) / np.linalg.norm(normal) < np.sin(np.radians(5))


def test_with_a_position_weight_clusters_overlap_in_the_cloud():
    """How many pixels are not of the cluster that is the commonest in their bin."""
    bins = explore.photo("coffee").coarse
    strays = []
    for weight in (0.0, 0.6, 1.0, 2.0):
        labels, _, of_bin, _ = explore.clusters("coffee", 4, "RGB", weight)
        strays.append((of_bin[bins.index] != labels).mean())
    assert strays[0] < 0.03 and (np.diff(strays) > 0.03).all()


@pytest.mark.parametrize("space", features.SPACES)
def test_clusters_are_numbered_from_dark_to_bright_in_every_space(space, flower):
    for weight in (0.0, 0.5):
        labels = explore.clusters("flower", 5, space, weight)[0]
        light = [(flower[labels == i] @ (0.2126, 0.7152, 0.0722)).mean() for i in range(5)]
        assert (np.diff(light) > -0.5).all()  # the numbers come from bins


def test_without_lightness_a_lighter_colour_keeps_its_cluster(flower):
    """The walls stand upright."""
    colors = unique_colors(flower)
    lab = features.convert(colors.values, "CIELAB")
    centers = kmeans.fit(
        features.convert(bin_colors(colors).values, "CIELAB, no lightness"), 4
    ).centers
    upright = [
        score(
            np.column_stack([lab[:, 1:], np.full(len(lab), light)]),
            np.column_stack([centers, np.zeros(4)]),
        )
        for light in (0, 50, 100)
    ]
    assert all(np.array_equal(one.argmax(axis=1), upright[0].argmax(axis=1)) for one in upright)
    with_it = kmeans.fit(lab[::9], 4).centers
    moved = [score(lab[::9] + (step, 0, 0), with_it).argmax(axis=1) for step in (0, 30)]
    assert (moved[0] != moved[1]).mean() > 0.1


# When it fails: a shadow


@given(hnp.arrays(float, (6, 3), elements=st.floats(20, 255)), st.floats(0.2, 0.9))
def test_smaller_numbers_leave_hue_saturation_and_ratios_and_shrinks_cielab(colors, light):
    full, dim = (features.convert(c, "HSV") for c in (colors, colors * light))
    assert dim[:, 1] == pytest.approx(full[:, 1], abs=1e-9)
    turned = np.abs((dim - full)[:, 0] + 0.5) % 1 - 0.5
    assert turned[full[:, 1] > 1e-6] == pytest.approx(0, abs=1e-6)
    ratios = [c / c.sum(axis=1, keepdims=True) for c in (colors, colors * light)]
    assert ratios[1] == pytest.approx(ratios[0])
    strong, weak = (
        np.hypot(*features.convert(c, "CIELAB, no lightness").T) for c in (colors, colors * light)
    )
    assert (weak < strong)[strong > 1].all()


def test_half_the_number_is_about_a_quarter_of_the_light():
    """The curve of sRGB, as it comes with the luminance of CIELAB: 116 (Y ** (1 / 3)) - 16."""
    grays = np.array([1, 0.5, 0.3])[:, None] * np.full((1, 3), 255.0)
    light = ((features.convert(grays, "CIELAB")[:, 0] + 16) / 116) ** 3
    assert light[1] / light[0] == pytest.approx(0.25, abs=0.05) and light[2] / light[0] < 0.1


def clusters_of(points, bins, k):
    return kmeans.fit(points, k, weights=bins.counts).labels[bins.index]


@pytest.mark.parametrize("factor", [0.2, 0.3, 0.4])
@pytest.mark.parametrize(
    "where", [np.s_[:, 100:], np.s_[:, :100], np.s_[:60]], ids=["right", "left", "top"]
)
def test_a_shadow_tears_the_flower_in_rgb_and_ratios_keep_it_whole(lesson, where, factor):
    """Wherever it falls and however dark it is."""
    picture = small("flower")
    warm, shaded = warm_in(picture), picture.copy()
    shaded[where] = (factor * shaded[where]).round()
    bins, wholeness = bin_colors(unique_colors(shaded)), lesson["wholeness"]
    found = {
        space: clusters_of(features.convert(bins.values, space), bins, 2)
        for space in features.SPACES
    }
    whole = {space: wholeness(warm, labels) for space, labels in found.items()}
    rgb, lab, wheel = (
        whole[space] for space in ("RGB", "CIELAB, no lightness", "HSV, hue as an angle")
    )
    assert rgb < 0.85 and rgb - 0.03 < lab < wheel and wheel > 0.9
    # Its dark half goes to the leaves: its cluster holds hardly any other warm pixels.
    in_shade = np.zeros(warm.shape, bool)
    in_shade[where] = True
    lost = found["RGB"] == np.bincount(found["RGB"][warm & in_shade]).argmax()
    assert warm[lost].mean() < 0.2 < warm[~in_shade].mean()
    # Exercise 3: with a third cluster the value must go, too.
    hue = features.convert(bins.values, "HSV, hue as an angle")
    assert wholeness(warm, clusters_of(hue[:, :2], bins, 3)) > 0.9
    # In practice: or the channels divided by their sum.
    ratios = bins.values / np.maximum(bins.values.sum(axis=1, keepdims=True), 1)
    assert wholeness(warm, clusters_of(ratios, bins, 2)) > 0.9


@pytest.mark.parametrize("name", ("flower", "coffee", "chelsea", "rocket", "astronaut"))
def test_noise_of_one_step_turns_the_hue_of_dark_pixels_more(name):
    pixels = small(name, 400).reshape(-1, 3).astype(float)
    noisy = np.clip(pixels + np.random.default_rng(0).integers(-1, 2, pixels.shape), 0, 255)
    before, after = (features.convert(p, "HSV")[:, 0] for p in (pixels, noisy))
    turned = np.abs((after - before + 0.5) % 1 - 0.5)
    light = pixels.max(axis=1)
    assert (light < 40).sum() > 50
    assert turned[light < 40].mean() > 3 * turned[light > 160].mean()


# From scratch


@pytest.mark.parametrize("name", OTHERS)
def test_from_scratch_is_the_library_in_any_columns(lesson, name):
    """All spaces, with position, and bands that are no colours."""
    picture = small(name, 60)
    bins = bin_colors(unique_colors(picture))
    place = features.add_position(lab_of(picture), 60).reshape(-1, 5)
    bands = np.random.default_rng(1).random((400, 7))
    sets = [(features.convert(bins.values, space), bins.counts) for space in features.SPACES]
    for points, weights in (*sets, (place, np.ones(len(place))), (bands, np.ones(400))):
        first = kmeans.plus_plus(points, 5, weights=weights)[0]
        labels, centers = lesson["my_kmeans"](points, weights, first)
        library = kmeans.fit(points, 5, weights=weights, start=first)
        assert np.array_equal(labels, library.labels)
        assert centers == pytest.approx(library.centers, abs=1e-6)
