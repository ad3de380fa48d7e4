"""What lesson 05 says, measured again and on other landscapes."""

import ast
import inspect
import itertools
from pathlib import Path
from typing import NamedTuple

import nbformat
import numpy as np
import pytest
from scipy import ndimage
from skimage import measure
from skimage.segmentation import find_boundaries, mark_boundaries

from lessons_lib import kmeans, landscape, maps, markers, palettes, regions

K, MIN_AREA, SEEDS = 7, 100, range(6)
PAINTS, N = landscape.COLORS.astype(float), len(landscape.NAMES)
NOTEBOOK = Path(__file__).resolve().parents[3] / "notebooks" / "05_boundaries_and_markers.ipynb"


class World(NamedTuple):
    """A landscape, its clusters, and the map of the names that they take."""

    scene: landscape.Landscape
    image: np.ndarray
    clusters: kmeans.Clusters
    naming: maps.Naming
    classes: np.ndarray
    parts: regions.Regions
    tidy: np.ndarray

    @property
    def wrong(self):
        return self.classes != self.scene.truth

    @property
    def crumbs(self):
        return self.parts.areas[self.parts.labels] < MIN_AREA


def world(seed, *, size=512, noise=0, k=K):
    scene = landscape.make(size, seed=seed)
    grain = np.random.default_rng(seed).normal(0, noise, scene.image.shape)
    image = np.clip(scene.image + grain, 0, 255).astype(np.uint8) if noise else scene.image
    clusters = kmeans.segment(image, k, n_init=3 if noise else None)
    naming = maps.name_clusters(clusters.centers, landscape.COLORS, landscape.NAMES)
    classes = naming.classes[clusters.labels]
    return World(
        scene,
        image,
        clusters,
        naming,
        classes,
        regions.connected(classes),
        regions.merge_small(classes, MIN_AREA),
    )


@pytest.fixture(scope="module")
def worlds():
    return [world(seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def noisy():
    return [world(seed, size=256, noise=60) for seed in SEEDS]


def pixel_edges(mask):
    return int((mask[:, 1:] != mask[:, :-1]).sum() + (mask[1:] != mask[:-1]).sum())


def disc(radius):
    rows, columns = np.indices((2 * radius + 25,) * 2) - radius - 12
    return np.hypot(rows, columns) <= radius


def blocks(seed, k=3, shape=(12, 15)):
    """A map of small squares at random: regions of all kinds, many of which meet in a corner."""
    return np.kron(np.random.default_rng(seed).integers(0, k, shape), np.ones((3, 3), int))


# How wide is a border?


def test_where_two_objects_touch_inner_and_outer_paint_both_sides():
    """And at the background each paints one side: its own."""
    for seed in range(20):
        labels = blocks(seed)
        sides = {
            mode: regions.boundaries(labels, mode, background=0) for mode in ("inner", "outer")
        }
        for a, b, inner, outer in (
            (labels, labels.T, sides["inner"], sides["outer"]),
            (labels.T, labels, sides["inner"].T, sides["outer"].T),
        ):
            left, right = a[:, :-1], a[:, 1:]
            objects = (left != right) & (left > 0) & (right > 0)
            assert objects.any()
            for border in (inner, outer):
                assert border[:, :-1][objects].all() and border[:, 1:][objects].all()
            coast = (left == 0) & (right > 0)
            assert inner[:, 1:][coast].all() and outer[:, :-1][coast].all()
        assert not sides["inner"][labels == 0].any()
        # Away from other objects nothing of an object is outer border.
        alone = ndimage.maximum_filter(labels, 3) == np.where(labels == 0, -1, labels)
        alone &= ndimage.minimum_filter(np.where(labels == 0, 9, labels), 3) == labels
        assert not sides["outer"][alone].any() and sides["inner"][alone].any()


def test_scikit_image_takes_label_0_for_background_and_this_course_none():
    defaults = {
        f: inspect.signature(f).parameters["background"].default
        for f in (find_boundaries, measure.label)
    }
    assert defaults[find_boundaries] == 0
    assert defaults[measure.label] is None  # which its documentation explains as 0
    labels = blocks(0)
    assert np.array_equal(measure.label(labels), measure.label(labels, background=0))
    # Other numbers for the same classes: their borders are the same, and inner and outer are thick.
    for order in itertools.permutations(range(3)):
        other = np.array(order)[labels].astype(np.int32)
        for mode in ("inner", "outer"):
            assert np.array_equal(
                regions.boundaries(other, mode), regions.boundaries(labels, "thick")
            )
            same = np.array_equal(
                find_boundaries(other, mode=mode),
                find_boundaries(labels.astype(np.int32), mode=mode),
            )
            assert same == (order[0] == 0)
        assert np.array_equal(
            find_boundaries(other, mode="thick"), find_boundaries(labels, mode="thick")
        )


def test_between_the_pixels_a_border_hides_least(worlds):
    for w in worlds[:3]:
        hides = {
            mode: regions.boundaries(
                w.classes, mode, background=0 if mode in ("inner", "outer") else -1
            ).mean()
            for mode in regions.MODES
        }
        assert min(hides, key=hides.get) == "subpixel"
        assert sorted(hides, key=hides.get)[1] == "thin" and max(hides, key=hides.get) == "thick"


# How do you show a border on any picture?


def luminance(color):
    """Relative luminance, as web pages are checked for contrast (WCAG)."""
    part = np.asarray(color) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4) @ (
        0.2126,
        0.7152,
        0.0722,
    )


def test_one_tone_vanishes_on_some_ground_and_two_tones_on_none():
    def contrast(tone, ground):
        low, high = sorted((luminance(tone), luminance(ground)))
        return (high + 0.05) / (low + 0.05)

    grounds = list(itertools.product(range(0, 256, 15), repeat=3))
    dark = np.array([contrast(palettes.INK, ground) for ground in grounds])
    light = np.array([contrast(palettes.PAPER, ground) for ground in grounds])
    assert dark.min() < 1.2 and light.min() < 1.2
    assert np.maximum(dark, light).min() > 4 and contrast(palettes.INK, palettes.PAPER) > 15


def test_yellow_fades_on_snow_in_a_grey_print_and_not_on_water():
    """Lightness as in CIELAB, 0 to 100."""
    from skimage.color import rgb2lab

    yellow, *paints = rgb2lab(np.array([(255, 255, 0), *landscape.COLORS]) / 255)[:, 0]
    gaps = dict(zip(landscape.NAMES, np.abs(np.array(paints) - yellow)))
    assert gaps["snow"] == min(gaps.values()) < 12 and gaps["water"] > 50


def test_mark_boundaries_takes_label_0_for_background_and_paints_one_tone(worlds):
    """Its mode is outer; with an outline_color it paints a rim as well."""
    defaults = inspect.signature(mark_boundaries).parameters
    assert (defaults["mode"].default, defaults["background_label"].default) == ("outer", 0)
    assert defaults["outline_color"].default is None
    w = worlds[0]
    thick = regions.boundaries(w.classes)
    once = np.uint8((255 * mark_boundaries(w.image, w.classes, mode="thick")).round())
    assert (once[thick] == (255, 255, 0)).all()
    assert np.array_equal(once[~thick], w.image[~thick])
    twice = mark_boundaries(
        w.image, w.classes, mode="thick", color=(0, 0, 0), outline_color=(1, 1, 1)
    )
    white = (twice == 1).all(axis=2)
    assert (twice[thick] == 0).all()
    assert (white & ndimage.binary_dilation(thick, np.ones((3, 3))) & ~thick).sum() > thick.sum()


# How many regions are in a label map?


def test_measure_label_loses_class_0_and_joins_corners():
    """Say background=-1 and connectivity=1, and it finds what the course finds."""
    for seed in range(10):
        labels = blocks(seed)
        assert np.array_equal(measure.label(labels) == 0, labels == 0)
        by_corners = regions.connected(labels, connectivity=2)
        assert measure.label(labels, background=-1).max() == len(by_corners.areas)
        assert measure.label(labels).max() == (by_corners.classes != 0).sum()
        by_edges = measure.label(labels, background=-1, connectivity=1).max()
        assert by_edges == len(regions.connected(labels).areas) > len(by_corners.areas)


def test_all_lakes_have_one_label_and_are_many_places(worlds):
    for w in worlds:
        assert (w.parts.classes == 0).sum() > 20


# Where does a marker belong?


def test_naming_first_helps_and_what_still_misses_may_be_large(worlds):
    for w in worlds:
        by_cluster = regions.connected(w.clusters.labels)
        before, after = (
            markers.place(found, "centroid").outside for found in (by_cluster, w.parts)
        )
        assert len(w.parts.areas) < 0.6 * len(by_cluster.areas)
        assert 0 < after.mean() < 0.6 * before.mean()
        assert w.parts.areas[after].max() > 10_000
        # Most of them stand on another class, and so say what is not there.
        assert markers.place(w.parts, "centroid").wrong.sum() > 0.6 * after.sum()


def test_the_mean_of_a_crescent_lies_in_its_hollow_and_of_a_ring_in_its_hole():
    rows, columns = np.indices((61, 61)) - 30
    away = np.hypot(rows, columns)
    for part in (away > 20, (away > 20) & (columns < 12)):
        found = regions.connected(np.where(part & (away < 28), 0, -1))
        at = markers.place(found, "centroid")
        [row, column] = at.points[0]
        assert len(found.areas) == 1 and at.outside.all() and away[row, column] < 20
        assert not markers.place(found, "inside").outside.any()


def test_a_large_winding_region_keeps_its_cross_whatever_the_minimum_area(worlds):
    for w in worlds:
        crosses = {
            area: markers.place(
                regions.connected(regions.merge_small(w.classes, area)), "centroid"
            ).outside.sum()
            for area in (2, 20, 100, 1000)
        }
        assert min(crosses.values()) >= 1
        assert crosses[100] > 0.5 * crosses[2]


def test_the_farthest_pixel_can_lie_far_from_the_centroid(worlds):
    """Far beyond what it takes to bring the marker back: exercise 3."""
    for w in worlds:
        centers, inner = markers.place(w.parts, "centroid"), markers.place(w.parts, "inside")
        further = []
        for i in np.flatnonzero(centers.outside):
            pixels = np.argwhere(w.parts.labels == i)
            least = np.linalg.norm(pixels - pixels.mean(axis=0), axis=1).min()
            further.append(np.linalg.norm(inner.points[i] - pixels.mean(axis=0)) - least)
        assert min(further) >= 0 and max(further) > 30


# Which regions are worth a marker?


def test_most_regions_are_crumbs_and_cover_little(worlds):
    for w in worlds:
        assert (w.parts.areas < MIN_AREA).mean() > 0.6 and w.crumbs.mean() < 0.015


def test_the_landscape_has_ponds_and_peaks_just_high_enough_for_snow(worlds):
    for w in worlds:
        true = regions.connected(w.scene.truth)
        heights, small = w.scene.heights, true.areas < MIN_AREA
        ponds, peaks = (np.flatnonzero(small & (true.classes == c)) for c in (0, N - 1))
        assert len(ponds) > 10 and len(peaks) > 5
        for i in peaks:
            assert heights[true.labels == i].max() < landscape.LEVELS[-1] + 0.05
        for some, beyond in ((ponds, np.greater), (peaks, np.less)):
            around = [
                ndimage.binary_dilation(true.labels == i) & (true.labels != i) for i in some[:8]
            ]
            level = landscape.LEVELS[0] if some is ponds else landscape.LEVELS[-1]
            assert all(beyond(heights[ring], level).all() for ring in around)


def test_a_minimum_area_costs_a_little_where_crumbs_are_real_and_gains_a_lot_where_they_are_noise(
    worlds, noisy
):
    for w in worlds:
        assert (~w.wrong[w.crumbs]).mean() > 0.5
        assert 0 < (w.tidy != w.scene.truth).mean() - w.wrong.mean() < 0.01
    for w in noisy:
        assert (~w.wrong[w.crumbs]).mean() < 0.25
        assert (w.tidy != w.scene.truth).mean() < 0.6 * w.wrong.mean()


def test_after_merging_no_region_is_smaller_than_the_minimum_area(worlds):
    """The title of the finished map says so."""
    for w in worlds:
        for area in (20, MIN_AREA, 300):
            assert regions.connected(regions.merge_small(w.classes, area)).areas.min() >= area


# Does the order of the steps matter?


def test_with_names_last_borders_run_between_grass_and_grass(worlds):
    for w in worlds:
        late = regions.connected(regions.merge_small(w.clusters.labels, MIN_AREA))
        name = w.naming.classes[late.classes]
        same = np.triu(regions.neighbours(late.labels) & (name[:, None] == name))
        assert same.sum() > 20 and same[name == 1].any()
        # With names first there is no such border, whatever was merged.
        tidy = regions.connected(w.tidy)
        touch = regions.neighbours(tidy.labels)
        assert not (touch & (tidy.classes[:, None] == tidy.classes)).any()
        assert len(tidy.areas) < 0.6 * len(late.areas)


def test_two_lakes_become_one_when_the_land_between_them_dissolves(noisy):
    lakes = np.zeros((7, 21), int)
    lakes[:, 10] = 1  # seven pixels of land
    assert regions.connected(lakes).classes.tolist() == [0, 1, 0]
    assert regions.connected(regions.merge_small(lakes, 8)).classes.tolist() == [0]
    fewer = [
        len(regions.connected(w.tidy).areas) < (w.parts.areas >= MIN_AREA).sum() for w in noisy
    ]
    assert sum(fewer) >= 4


# How large is each region?


def shapes(radius):
    """A square, a disc and a diamond, each with the true length of its outline."""
    rows, columns = np.abs(np.indices((2 * radius + 25,) * 2) - radius - 12)
    return {
        "square": (np.maximum(rows, columns) <= radius, 4 * (2 * radius + 1)),
        "disc": (np.hypot(rows, columns) <= radius, 2 * np.pi * radius),
        "diamond": (rows + columns <= radius, 4 * np.sqrt(2) * radius),
    }


@pytest.mark.parametrize("radius", [50, 100, 200, 400])
def test_pixel_edges_are_not_fair_between_shapes_however_small_the_pixels(radius):
    """And each of the three ways is wrong for one shape at least."""
    ratio = {
        way: {name: way(mask) / true for name, (mask, true) in shapes(radius).items()}
        for way in (pixel_edges, measure.perimeter, measure.perimeter_crofton)
    }
    edges = ratio[pixel_edges]
    assert edges["square"] == 1
    assert 1.25 < edges["disc"] < 1.3  # about a quarter
    assert edges["diamond"] == pytest.approx(np.sqrt(2), abs=0.02)
    around = ratio[measure.perimeter]
    assert around["disc"] == pytest.approx(1.05, abs=0.01)
    assert around["square"] > 0.98 and around["diamond"] == pytest.approx(1)
    crofton = ratio[measure.perimeter_crofton]
    assert crofton["disc"] == pytest.approx(1, abs=0.01)
    assert crofton["square"] == pytest.approx(0.95, abs=0.015)
    assert crofton["diamond"] == pytest.approx(0.95, abs=0.015)


def test_between_copies_of_one_shape_in_one_orientation_pixel_edges_are_fair():
    for degrees in (0, 15, 30, 45):
        turn, factors = np.exp(1j * np.radians(degrees)), []
        for side in (80, 320):
            rows, columns = np.indices((2 * side, 2 * side)) - side + 0.5
            turned = (rows + 1j * columns) * turn
            square = np.maximum(abs(turned.real), abs(turned.imag)) < side / 2
            factors.append(pixel_edges(square) / (4 * side))
        assert factors[0] == pytest.approx(factors[1], rel=0.02)
        assert (min(factors) > 1.15) == (degrees > 0)


def test_a_lake_and_the_same_lake_turned_get_two_lengths():
    """A long one that lies along the columns, then along the diagonal."""
    rows, columns = np.indices((400, 400)) - 200
    lengths = []
    for turn in (1, np.exp(1j * np.pi / 4)):
        turned = (rows + 1j * columns) * turn
        lengths.append(pixel_edges((turned.real / 30) ** 2 + (turned.imag / 150) ** 2 < 1))
    assert lengths[1] > 1.15 * lengths[0]


def test_regionprops_skips_label_0(worlds):
    for w in worlds[:2]:
        n = len(w.parts.areas)
        for function in (measure.regionprops, measure.regionprops_table):
            found = function(w.parts.labels)
            assert len(found if isinstance(found, list) else found["label"]) == n - 1
        shifted = measure.regionprops_table(w.parts.labels + 1, properties=("area",))
        assert np.array_equal(shifted["area"], w.parts.areas)


def test_measure_perimeter_walks_through_the_middles_and_counts_frame_and_holes():
    square = np.zeros((30, 30), bool)
    square[5:25, 5:25] = True
    assert measure.perimeter(square) == 4 * 19
    diamond = np.abs(np.indices((41, 41)) - 20).sum(axis=0) <= 15
    assert measure.perimeter(diamond) == pytest.approx(4 * 15 * np.sqrt(2))
    assert measure.perimeter(np.ones((20, 20), bool)) == 4 * 19  # the frame
    with_hole = disc(60) & ~np.pad(disc(20), 40)
    more = measure.perimeter(with_hole) - measure.perimeter(disc(60))
    assert more == pytest.approx(2 * np.pi * 20, rel=0.15)
    # So the table counts them, too.
    table = maps.region_table(regions.connected(np.where(with_hole, 0, 1)), ["ring", "rest"])
    [ring] = table["perimeter_px"][table["class"] == 0]
    assert ring == pytest.approx(measure.perimeter(with_hole))


STRIDES = (1, 2, 4, 8)


def test_on_a_coarser_grid_the_coast_shrinks_and_the_area_stays(worlds):
    for w in worlds:
        water = [(w.classes == 0)[::s, ::s] for s in STRIDES]
        length = np.array([pixel_edges(mask) * s for mask, s in zip(water, STRIDES)])
        area = np.array([mask.sum() * s * s for mask, s in zip(water, STRIDES)])
        assert (np.diff(length) < 0).all() and length[-1] < 0.85 * length[0]
        assert np.abs(area / area[0] - 1).max() < 0.03
        # It loses ponds.
        lakes = [(regions.connected(mask.astype(int)).classes == 1).sum() for mask in water]
        assert lakes[-1] < 0.7 * lakes[0]
        # It also cuts off bays and capes: the coast of the largest lake shrinks, too.
        largest = (
            w.parts.labels
            == np.flatnonzero(w.parts.classes == 0)[w.parts.areas[w.parts.classes == 0].argmax()]
        )
        assert pixel_edges(largest[::8, ::8]) * 8 < 0.9 * pixel_edges(largest)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_smooth_coast_has_a_length(seed):
    smooth = landscape.make(512, seed=seed, octaves=1).truth == 0
    for line in (smooth, disc(400)):
        assert pixel_edges(line[::8, ::8]) * 8 == pytest.approx(pixel_edges(line), rel=0.06)


def test_areas_of_large_regions_hardly_depend_on_the_pixel_size_and_those_of_small_ones_do(worlds):
    for w in worlds:
        coarse = np.bincount(w.parts.labels[::8, ::8].ravel(), minlength=len(w.parts.areas)) * 64
        change = np.abs(coarse / w.parts.areas - 1)
        assert change[w.parts.areas >= 5000].max() < 0.08
        assert change[w.parts.areas < MIN_AREA].mean() > 0.5


# When it fails


def test_wrong_pixels_lie_along_borders_and_fill_low_peaks(worlds):
    for w in worlds:
        near = ndimage.distance_transform_edt(~regions.boundaries(w.scene.truth)) < 3
        assert near.mean() < 0.4 and near[w.wrong].mean() > 0.85
        # Low peaks: whole mountains of the truth that are not on the map.
        true = regions.connected(w.scene.truth)
        lost = (np.bincount(true.labels.ravel(), w.wrong.ravel()) == true.areas) & (
            true.classes >= 2
        )
        assert lost.sum() >= 3 and true.areas[lost].max() < 1000


def test_no_minimum_area_touches_the_rims(worlds):
    for w in worlds:
        assert w.crumbs[w.wrong].mean() < 0.08
        still = w.tidy != w.scene.truth
        assert still[w.wrong].mean() > 0.9  # merging repairs hardly any,
        assert w.crumbs[still & ~w.wrong].all()  # and what it spoils was right
        rim = w.wrong & ~w.crumbs
        assert np.median(w.parts.areas[w.parts.labels[rim]]) > 1000


def test_the_rims_come_from_a_cluster_on_a_transition_and_it_is_the_closest_call(worlds):
    for w in worlds:
        gaps = np.linalg.norm(w.clusters.centers[:, None] - PAINTS, axis=2)
        first, second = np.sort(gaps, axis=1)[:, :2].T
        guilty = np.bincount(w.clusters.labels[w.wrong], minlength=K).argmax()
        assert guilty == (second - first).argmin()
        # It lies between two paints that follow each other, on the line from one to the other.
        low, high = sorted(gaps[guilty].argsort()[:2])
        way = PAINTS[high] - PAINTS[low]
        share = (w.clusters.centers[guilty] - PAINTS[low]) @ way / (way @ way)
        assert high == low + 1 and 0.3 < share < 0.7
        assert np.linalg.norm(w.clusters.centers[guilty] - PAINTS[low] - share * way) < 5
        # A part of its pixels is wrong, and truly of the other of the two.
        inside = w.clusters.labels == guilty
        assert 0.3 < w.wrong[inside].mean() < 0.5
        assert np.isin(w.scene.truth[inside], (low, high)).all()


def test_areas_add_up_and_are_wrong_for_a_class(worlds):
    for w in worlds:
        table = maps.region_table(regions.connected(w.tidy), landscape.NAMES, pixel_size=10)
        assert table["area_ha"].sum() == pytest.approx(w.tidy.size / 100)
        found, true = (
            np.bincount(labels.ravel(), minlength=N) for labels in (w.tidy, w.scene.truth)
        )
        assert np.abs(found / true - 1).max() > 0.15


def test_as_many_clusters_as_names_is_the_cure_here(worlds):
    for seed, w in zip(SEEDS, worlds):
        assert world(seed, k=N).wrong.mean() < 0.35 * w.wrong.mean()


def test_even_then_a_small_class_stays_off(worlds):
    """Of the snow a thin rim is a large part."""
    for seed, w in zip(SEEDS, worlds):
        found, true = (
            np.bincount(labels.ravel(), minlength=N)
            for labels in (world(seed, k=N).classes, w.scene.truth)
        )
        off = np.abs(found / true - 1)
        assert true.argmin() == off.argmax() == N - 1
        assert off[-1] > 0.1 and off[:-1].max() < 0.06


# What do you hand over?


def test_a_map_as_a_picture_looks_black(tmp_path, worlds):
    """On a screen: the values are far from 255."""
    from PIL import Image

    maps.save_labels(tmp_path / "classes.png", worlds[0].tidy)
    with Image.open(tmp_path / "classes.png") as picture:
        assert np.unique(picture).tolist() == [1, 2, 3, 4]


# From scratch


@pytest.fixture(scope="module")
def my_regions():
    """The function of the lesson: the numbers of the regions, and the rounds it took."""
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    [tree] = [ast.parse(cell.source) for cell in cells if "def my_regions" in cell.source]
    [function] = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name == "my_regions"
    ]
    space = {"np": np}
    exec(compile(ast.Module([function], []), "lesson", "exec"), space)
    return space["my_regions"]


def test_from_scratch_any_map_gives_the_regions_of_the_library(my_regions):
    rng = np.random.default_rng(0)
    for _ in range(60):
        labels = rng.integers(0, 3, rng.integers(1, 13, 2))
        before = labels.copy()
        assert np.array_equal(my_regions(labels)[0], regions.connected(labels).labels)
        assert np.array_equal(labels, before)


def test_a_number_travels_about_one_pixel_a_round(my_regions, worlds):
    for n in (10, 40):
        assert n - 1 <= my_regions(np.zeros((1, n), int))[1] <= n + 1
    snake = np.zeros((21, 21), int)
    snake[1::4, :-1] = snake[3::4, 1:] = 1  # a way 20 pixels long, ten times to and fro
    n, rounds = (snake == 0).sum(), my_regions(snake)[1]
    assert rounds > 0.6 * n
    # More rounds on a larger piece.
    takes = [my_regions(worlds[0].classes[:side, :side])[1] for side in (32, 64, 128)]
    assert takes[0] < takes[1] < takes[2] and takes[2] > 100
