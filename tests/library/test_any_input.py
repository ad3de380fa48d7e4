"""Arrays of any kind, for every public function that takes one: right, or refused by name.

Three promises, on drawn dtypes, byte orders, layouts, NaN, infinities, masks, label ranges and
shapes: an exception names the parameter; how an array lies in memory changes nothing; labels may
be called by any numbers. More draws: ANY_INPUT_DRAWS=10000 pytest tests/library/test_any_input.py
"""
import inspect
import os
import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lessons_lib import (accuracy, batches, charts, choosing_k, circles, clouds, clusterings,
                         drawing, exports, features, figures, graphs, images, kmeans, landscape,
                         maps, markers, palettes, recipes, regions, satellite, scores, seams,
                         sources, spectral, tiles)
from lessons_lib.colors import bin_colors, unique_colors

DRAWS = settings(max_examples=int(os.environ.get("ANY_INPUT_DRAWS", "25")), deadline=None,
                 suppress_health_check=list(HealthCheck))
TRUTH = np.indices((6, 7))[0] // 3
SCENE = satellite.Bands(np.random.default_rng(0).uniform(0.02, 0.5, (6, 7, 4)))
BONDS = graphs.affinity(graphs.pixel_graph(np.random.default_rng(1).random((6, 7))))
FOUND = regions.connected(TRUTH)
COUNTS = np.arange(1, 43)

def half(points):
    """A label for each point, 0 and 1 in turn."""
    return np.arange(np.shape(points)[0] if np.ndim(points) else 2) % 2


# What is drawn, by the name of the parameter, for functions of one array.
LABELS = {
    "regions.connected": lambda labels: regions.connected(labels),
    "regions.merge_small": lambda labels: regions.merge_small(labels, 3, keep_largest=True),
    "regions.boundaries": lambda labels: regions.boundaries(labels),
    "regions.edges": lambda labels: regions.edges(labels),
    "regions.neighbours": lambda labels: regions.neighbours(labels),
    "regions.touching": lambda labels: regions.touching(labels),
    "regions.inner_points": lambda labels: regions.inner_points(labels),
    "regions.number_in_reading_order": lambda labels: regions.number_in_reading_order(labels),
    "scores.adjusted_rand": lambda labels: scores.adjusted_rand(TRUTH, labels),
    "scores.overlap_table": lambda labels: scores.overlap_table(TRUTH, labels),
    "scores.matched_iou": lambda labels: scores.matched_iou(TRUTH, labels),
    "scores.boundary_f1": lambda labels: scores.boundary_f1(TRUTH, labels),
    "scores.normalized_cut": lambda labels: scores.normalized_cut(BONDS, labels),
    "palettes.choose": lambda labels: palettes.choose(labels),
    "palettes.of_labels": lambda labels: palettes.of_labels(labels),
    "drawing.paint": lambda labels: drawing.paint(labels),
    "drawing.outline": lambda labels: drawing.outline(np.zeros((6, 7)), labels),
    "graphs.contract": lambda segments: graphs.contract(BONDS, segments).toarray(),
    "satellite.spectra": lambda labels: satellite.spectra(SCENE, labels).to_numpy(),
    "satellite.tidy_map": lambda classes: satellite.tidy_map(classes, 2),
    "seams.cut": lambda labels: seams.cut(labels),
    "accuracy.draw_points": lambda classes: accuracy.draw_points(classes, 4),
    "accuracy.estimate": lambda mapped: accuracy.estimate(half(mapped), mapped, [1, 1]),
    "batches.change": lambda before: batches.change(before, TRUTH, "abc").to_numpy(),
    "exports.areas": lambda classes: exports.areas(classes, "abcd").to_numpy(),
    "exports.table": lambda classes: exports.table(classes, "abcd").to_numpy(),
    "exports.labels_tiff": lambda classes: exports.labels_tiff(classes),
    "recipes.edit": lambda labels: recipes.edit(labels, [("name", 0, 0, "sea")]).classes,
}
# Those whose results do not depend on how labels are called.
NAMELESS = ["regions.boundaries", "regions.edges", "regions.number_in_reading_order",
            "scores.adjusted_rand", "scores.matched_iou", "scores.boundary_f1",
            "scores.normalized_cut", "graphs.contract"]
NUMBERS = {
    "graphs.pixel_graph": lambda image: graphs.pixel_graph(image).toarray(),
    "graphs.superpixels": lambda image: graphs.superpixels(image, 6),
    "spectral.segment": lambda image: spectral.segment(image, 2).labels,
    "drawing.to_rgb": lambda array: drawing.to_rgb(array),
    "figures.panels": lambda array: figures.panels([array], says="x").rgb,
    "landscape.contours": lambda heights: len(landscape.contours(heights)),
    "landscape.classify": lambda heights: landscape.classify(heights),
    "landscape.colorize": lambda heights: landscape.colorize(heights),
    "images.load": lambda source: images.load(source),
    "images.gray": lambda image: images.gray(image),
    "images.shrink": lambda image: images.shrink(image, 4),
    "drawing.resize": lambda array: drawing.resize(array, 5),
    "unique_colors": lambda image: unique_colors(image),
    "kmeans.segment": lambda image: kmeans.segment(image, 2).labels,
    "features.standardize": lambda features_: features.standardize(features_),
    "features.add_position": lambda features_: features.add_position(features_, 1.0),
    "features.bin_features": lambda features_: features.bin_features(features_),
    "features.segment": lambda features_: features.segment(features_, 2, n_init=2).labels,
    "features.to_frame": lambda image: features.to_frame(image, ("a", "b", "c")).to_numpy(),
    "features.convert": lambda colors: features.convert(colors, "CIELAB"),
    "kmeans.fit": lambda points: kmeans.fit(points, 2, n_init=2).labels,
    "kmeans.plus_plus": lambda points: kmeans.plus_plus(points, 2),
    "kmeans.lloyd": lambda points: [s.labels for s in kmeans.lloyd(points, np.eye(2, 3))],
    "scores.silhouette": lambda points: scores.silhouette(points, half(points)),
    "scores.calinski_harabasz":
        lambda points: scores.calinski_harabasz(points, half(points)),
    "scores.davies_bouldin": lambda points: scores.davies_bouldin(points, half(points)),
    "choosing_k.stability":
        lambda points: choosing_k.stability(points, 2, n_samples=20, n_resamples=2),
    "choosing_k.gap": lambda points: choosing_k.gap(points, (1, 2), n_references=1, n_samples=9),
    "maps.name_clusters": lambda centers: maps.name_clusters(centers, np.eye(3), list("abc")),
    "spectral.assign": lambda vectors: spectral.assign(vectors, 2),
    "satellite.load": lambda source: satellite.load(source).values,
    "clouds.draw_rgb": lambda values: clouds.draw_rgb(values, np.ones(len(half(values))), size=60),
    "regions.window": lambda mask: regions.window(mask, 3),
    "regions.unmask": lambda values: regions.unmask(values, TRUTH > 0),
    "circles.make": lambda centers: circles.make(centers, 4, size=20).truth,
    "clusterings.superpixels": lambda image: clusterings.superpixels(image, 6),
    "sources.load": lambda source: sources.load(source).image,
    "recipes.working": lambda image: recipes.working(image, 5)[0],
    "recipes.run": lambda image: recipes.run(image, recipes.Recipe(k=2)).classes,
    "tiles.count": lambda block: tiles.count(block),
    "tiles.count_bins": lambda features: tiles.count_bins(features, 0, 64, levels=4),
    "tiles.assign": lambda block: tiles.assign(block, [0, 255], [3, 4]),
} | {
    f"clusterings.segment, {method}":
        lambda image, method=method: clusterings.segment(image, method).labels
    for method in clusterings.METHODS
}

DTYPES = [
    "?",
    "u1",
    "u2",
    "u4",
    "u8",
    "i1",
    "i2",
    "i4",
    "i8",
    "f2",
    "f4",
    "f8",
    "c8",
    "O",
    "U3",
    "M8[s]",
]
SHAPES = [
    (6, 7),
    (42,),
    (42, 3),
    (6, 7, 3),
    (6, 7, 4),
    (7, 6),
    (1, 9),
    (9, 1),
    (1, 1),
    (0, 3),
    (0,),
    (),
    (3, 6, 7),
    (2, 3, 6, 7),
    (5, 5),
    (20, 2),
]


@st.composite
def arrays(draw, dtypes=DTYPES, shapes=SHAPES):
    """An array of some kind, with odd values among its own, lying somehow in memory."""
    shape, dtype = draw(st.sampled_from(shapes)), np.dtype(draw(st.sampled_from(dtypes)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    top = draw(st.sampled_from([1, 3, 5, 255]))
    made = rng.integers(0, top + 1, shape)
    if dtype.kind == "f" and draw(st.booleans()):
        made = rng.random(shape)
    made = np.asarray(made).astype(dtype)
    if made.size and made.ndim and draw(st.booleans()):
        odd = {"f": [np.nan, np.inf, -np.inf, -1, 1e30, -0.0], "c": [1j],
               "i": [-1, np.iinfo(dtype).max if dtype.kind == "i" else 0, -2],
               "u": [np.iinfo(dtype).max if dtype.kind == "u" else 0]}.get(dtype.kind)
        if odd:
            with np.errstate(over="ignore"):
                made.flat[draw(st.integers(0, made.size - 1))] = draw(st.sampled_from(odd))
    layout = draw(st.sampled_from(["plain", "Fortran", "strided", "reversed", "swapped", "masked",
                                   "readonly"]))
    if layout == "Fortran":
        made = np.asfortranarray(made)
    elif layout == "strided" and made.ndim:
        made = np.repeat(made, 2, axis=0)[::2]
    elif layout == "reversed" and made.ndim:
        made = np.ascontiguousarray(made[::-1])[::-1]
    elif layout == "swapped":
        made = made.astype(made.dtype.newbyteorder())
    elif layout == "masked" and made.ndim:
        made = np.ma.masked_array(made, rng.random(made.shape) < draw(st.sampled_from([0, 0.2, 1])))
    elif layout == "readonly":
        made.flags.writeable = False
    return made


def outcome(function, array):
    """What comes back, or the exception; what was given must not have changed."""
    before = array.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            made = function(array)
        except (ValueError, TypeError) as error:
            made = error
    same = np.array_equal(np.ma.getmaskarray(before), np.ma.getmaskarray(array))
    data = np.ma.getdata(before), np.ma.getdata(array)
    assert same and (data[0].tobytes() == data[1].tobytes() or before.dtype == object), "changed"
    return made


def named(function, error, also=()):
    """Whether the message names a parameter."""
    parameter = next(iter(inspect.signature(function).parameters)).rstrip("_")
    text = str(error)
    return any(
        word in text
        for word in (parameter, "source", "mask", "truth", "labels", "k must", "bands must",
                     "min_cluster_size must", *also)
    )


def equal(one, other):
    if isinstance(one, Exception) or isinstance(other, Exception):
        return type(one) is type(other)
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[k], other[k]) for k in one)
    one, other = np.asarray(one), np.asarray(other)
    if one.dtype.kind in "fc":
        return one.shape == other.shape and np.allclose(one, other, equal_nan=True)
    return np.array_equal(one, other)


@pytest.mark.parametrize("name", [*LABELS, *NUMBERS])
@DRAWS
@given(arrays())
def test_any_array_is_taken_or_refused_by_name(name, array):
    function = (LABELS | NUMBERS)[name]
    made = outcome(function, array)
    if isinstance(made, Exception):
        assert named(function, made), repr(made)
        return
    # How it lies in memory is of no account.
    plain = np.ma.copy(array) if isinstance(array, np.ma.MaskedArray) else np.array(
        array.astype(array.dtype.newbyteorder("=")), order="C")
    assert equal(made, outcome(function, plain))
    if isinstance(array, np.ma.MaskedArray) and np.ma.is_masked(array):
        # What a mask hides must not count.
        other = array.copy()
        hidden = np.ma.getmaskarray(array)
        filler = 1 if array.dtype.kind in "?biuf" else None
        if filler is not None:
            other.data[hidden] = np.where(array.data[hidden] == filler, 0, filler)
            assert equal(made, outcome(function, other)), "what the mask hides counts"


@st.composite
def renamed(draw):
    """A label map, and the same with other names for its labels."""
    shape = (6, 7)
    labels = np.random.default_rng(draw(st.integers(0, 2**32))).integers(-1, 4, shape)
    names = draw(st.lists(st.integers(-2**40, 2**62), min_size=4, max_size=4, unique=True)
                 .filter(lambda given: -1 not in given))
    other = np.where(labels < 0, -1, np.array(sorted(names))[labels])
    return labels, other


@pytest.mark.parametrize("name", NAMELESS)
@DRAWS
@given(renamed())
def test_labels_may_be_called_by_any_numbers(name, maps_):
    one, other = (outcome(LABELS[name], labels) for labels in maps_)
    assert equal(one, other)


@DRAWS
@given(renamed())
def test_names_of_labels_come_back(maps_):
    labels, other = maps_
    assert equal(regions.connected(labels).labels, regions.connected(other).labels)
    inside = labels >= 0
    name = dict(zip(labels[inside].tolist(), other[inside].tolist())) | {-1: -1}
    assert [name[c] for c in regions.connected(labels).classes.tolist()] == \
        regions.connected(other).classes.tolist()
    if inside.any():
        merged = regions.merge_small(labels, 3, keep_largest=True)
        again = regions.merge_small(other, 3, keep_largest=True)
        assert [name[c] for c in merged.ravel().tolist()] == again.ravel().tolist()
    points = regions.inner_points(labels)
    assert {name[label]: spot for label, spot in points.items()} == regions.inner_points(other)


WHOLE = {
    "kmeans.fit": lambda k: kmeans.fit(np.arange(12.0)[:, None], k).labels,
    "kmeans.plus_plus": lambda k: kmeans.plus_plus(np.arange(12.0)[:, None], k),
    "kmeans.segment": lambda k: kmeans.segment(np.arange(12, dtype=np.uint8)[None], k).labels,
    "features.segment": lambda k: features.segment(np.arange(12.0).reshape(3, 4, 1), k).labels,
    "spectral.segment": lambda k: spectral.segment(np.arange(20.0).reshape(4, 5) ** 2, k).labels,
    "spectral.assign": lambda k: spectral.assign(np.eye(8), k),
    "satellite.segment": lambda k: satellite.segment(SCENE, "RGB", k).labels,
    "choosing_k.stability": lambda k: choosing_k.stability(
        np.arange(12.0)[:, None], k, n_samples=30, n_resamples=2
    ),
    "landscape.make": lambda octaves: landscape.make(8, scale=3.3, octaves=octaves).truth,
    "bin_colors": lambda bits: bin_colors(unique_colors(np.zeros((2, 2), np.uint8)), bits),
}


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("value", [2, 2.0, np.int8(2), np.uint64(2), np.float32(2), np.array(2)])
def test_whole_numbers_of_every_type(name, value):
    assert equal(WHOLE[name](value), WHOLE[name](2))


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize(
    "value", ["2", None, True, 2.5, np.nan, np.inf, -1, [2], np.array([2, 3]), 1j, b"2", 10**30]
)
def test_what_is_no_whole_number_is_refused_by_name(name, value):
    parameter = next(iter(inspect.signature(WHOLE[name]).parameters))
    with pytest.raises(ValueError, match=f"{parameter} must be"):
        WHOLE[name](value)


def test_curves_without_number():
    for n in (7, 12):
        picture = charts.lines([0, 1], {f"c{i}": [i, i] for i in range(n)}, xlabel="x", ylabel="y",
                               title="T")
        assert all(f"c{i}: " in picture.text for i in range(n))
    with pytest.raises(ValueError, match="curves must be 1 to 12"):
        charts.lines(
            [0, 1], {f"c{i}": [i, i] for i in range(13)}, xlabel="x", ylabel="y", title="T"
        )


@pytest.mark.parametrize("most", [26_001, 2_000_000, 2**40])
def test_few_labels_cost_little_whatever_they_are_called(most):
    import tracemalloc

    labels = np.zeros((64, 64), np.int64)
    labels[:32], labels[0, 0] = 7, most
    tracemalloc.start()
    for name in ("matched_iou", "adjusted_rand", "boundary_f1"):
        getattr(scores, name)(labels, labels)
    for function in (drawing.paint, regions.connected, regions.inner_points, regions.boundaries,
                     regions.number_in_reading_order):
        function(labels)
    with pytest.raises(ValueError, match="labels must be from 0 to 4,095"):
        regions.neighbours(labels)
    assert tracemalloc.get_traced_memory()[1] < 30e6
    tracemalloc.stop()


def test_markers_of_classes_of_any_name():
    found = regions.connected(np.where(TRUTH > 0, 2**40, -5))
    assert not markers.place(found).outside.any()
    assert len(maps.region_table(found)) == 2
