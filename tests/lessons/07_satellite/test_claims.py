"""What lesson 07 says, measured again."""

import numpy as np
import pytest
from scipy import ndimage

from lessons_lib import features, kmeans, regions, satellite, scores
from lessons_lib.exercises import satellite as checks
from lessons_lib.explorers import satellite as explore

LIMIT, WATER, HECTARE = 0.55, 0.10, 0.01
STANDARDIZED = "RGB + near infrared, standardised"


@pytest.fixture(scope="module")
def bands():
    return satellite.load()


@pytest.fixture(scope="module")
def ndvi(bands):
    return satellite.index(bands)


@pytest.fixture(scope="module")
def water(bands):
    return bands.values[..., 3] < WATER


@pytest.fixture(scope="module")
def fits(bands):
    """As in the lesson, but for the last steps of k-means: a pixel has the label of its bin."""
    return {
        (name, k): satellite.segment(bands, name, k, polish=False).labels
        for name in satellite.FEATURES
        for k in satellite.KS
    }


@pytest.fixture(scope="module")
def labels(bands):
    """The four clusters of the lesson's map."""
    return satellite.segment(bands, STANDARDIZED, 4).labels


@pytest.fixture(scope="module")
def forest(bands, labels):
    return forest_of(bands, labels)


def means_of(bands, labels):
    """Each cluster's NDVI of the mean spectrum."""
    spectra = [bands.values[labels == i].mean(axis=0) for i in range(labels.max() + 1)]
    return np.array([(s[3] - s[2]) / (s[3] + s[2]) for s in spectra])


def forest_of(bands, labels, limit=LIMIT):
    return (means_of(bands, labels) >= limit)[labels]


def patches(mask):
    return np.sort(np.bincount(ndimage.label(mask)[0][mask]))[::-1]


# Bands and stretches


def test_a_stretch_changes_the_picture_and_not_the_hectares(bands, labels):
    one, other = (
        explore.renderer(bands, fits={(STANDARDIZED, 4): labels}, white=white)()
        for white in (0.25, 0.1)
    )
    assert one.text == other.text and (one.rgb != other.rgb).mean() > 0.1


def test_nearly_black_from_0_to_1_and_washed_out_with_white_too_low(bands):
    dark, good, pale = (satellite.show(bands, high=high) for high in (1.0, 0.25, 0.25 / 3))
    assert np.quantile(dark, 0.99) < 50 and (dark == 255).mean() < 1e-3
    assert (good == 255).mean() < 0.001 and (pale == 255).any(axis=2).mean() > 0.5


def test_the_pond_looks_like_its_surroundings_in_true_colour_only(bands, water, ndvi):
    leaves = ndvi >= LIMIT
    true, false = satellite.show(bands), satellite.show(bands, satellite.FALSE_COLOR, high=0.35)
    assert (
        np.abs(true[water].mean(axis=0) - true[leaves].mean(axis=0)).max() < 2
    )  # of 255: as dark and as green
    assert (false[water].mean(axis=0) < 40).all() and false[leaves].mean(axis=0)[0] > 150


def test_kmeans_on_colours_cannot_separate_the_pond_from_leaves(bands, fits, water, ndvi):
    for k in satellite.KS:
        labels = fits["RGB", k]
        home = np.isin(
            labels, np.flatnonzero(np.bincount(labels[water], minlength=k) > 0.2 * water.sum())
        )
        assert home[water].mean() > 0.7 and water[home].mean() < 0.03
        assert (ndvi[home] >= LIMIT).mean() > 0.7
        assert forest_of(bands, labels)[water].mean() > 0.8


def test_open_land_rises_from_blue_to_near_infrared(bands, labels):
    for i in np.flatnonzero(means_of(bands, labels) < 0.35):
        assert (np.diff(bands.values[labels == i].mean(axis=0)) > 0).all()
    bare = satellite.index(bands) < 0.35
    assert (np.diff(bands.values[bare], axis=1) > 0).all(axis=1).mean() > 0.9


# NDVI


def test_ndvi_runs_from_minus_1_to_1_whatever_the_light(bands, ndvi):
    assert -1 <= ndvi.min() and ndvi.max() <= 1
    for light in (0.3, 1.7):
        assert satellite.index(bands._replace(values=light * bands.values)) == pytest.approx(ndvi)
    ends = satellite.Bands(np.array([[[0, 0, 1, 0], [0, 0, 0, 1.0]]]))
    assert satellite.index(ends).tolist() == [[-1, 1]]


def test_the_ndvi_has_two_humps_a_full_valley_and_the_limit_in_it(ndvi):
    share, edges = np.histogram(ndvi, np.linspace(-0.2, 1, 49))
    smooth = ndimage.gaussian_filter1d(share.astype(float), 1)
    top = [
        i
        for i in range(1, 47)
        if smooth[i - 1] < smooth[i] >= smooth[i + 1] and smooth[i] > 0.02 * ndvi.size
    ]
    assert len(top) == 2
    valley = share[top[0] : top[1] + 1]
    assert valley.min() > 0.01 * ndvi.size  # no gap
    assert 4 * valley.min() < min(smooth[top])  # and yet a valley
    assert (valley < 0.025 * ndvi.size).sum() * 0.025 > 0.25  # a long one
    assert share[int((LIMIT + 0.2) / 0.025)] < 1.1 * valley.min()


# Which band shouts loudest?


def test_a_band_counts_by_its_variance(bands):
    """The part of all squared distance between pixels that one band makes."""
    points, rng = bands.values.reshape(-1, 4), np.random.default_rng(0)
    one, other = rng.integers(len(points), size=(2, 200_000))
    part = ((points[one] - points[other]) ** 2).mean(axis=0)
    assert part / part.sum() == pytest.approx(
        points.var(axis=0) / points.var(axis=0).sum(), abs=0.01
    )
    part = ((features.standardize(points)[one] - features.standardize(points)[other]) ** 2).mean(
        axis=0
    )
    assert part / part.sum() == pytest.approx(np.full(4, 0.25), abs=0.01)  # one vote each


@pytest.mark.parametrize("loud", [0, 3])
def test_the_widest_band_decides(bands, loud):
    values = bands.values * np.where(np.arange(4) == loud, 30, 1)
    alone = features.segment(values[..., [loud]], 4, polish=False).labels
    assert scores.adjusted_rand(features.segment(values, 4, polish=False).labels, alone) > 0.9
    assert (
        scores.adjusted_rand(
            features.segment(features.standardize(values), 4, polish=False).labels, alone
        )
        < 0.8
    )


def test_blue_green_and_red_tell_nearly_the_same_story(bands):
    together = np.corrcoef(bands.values.reshape(-1, 4).T)
    assert together[:3, :3].min() > 0.95 and np.abs(together[3, :3]).max() < 0.3


# 24 answers


def test_no_row_and_no_column_is_steady(bands, fits):
    table = np.array(
        [
            [forest_of(bands, fits[name, k]).sum() * HECTARE for k in satellite.KS]
            for name in satellite.FEATURES
        ]
    )
    assert np.ptp(table, axis=0).min() > 30 and np.ptp(table, axis=1).min() > 50
    assert 110 < np.ptp(table) < 170


def test_a_cluster_near_the_limit_holds_both_kinds_and_decides_much_of_the_answer(
    bands, fits, ndvi
):
    near = 0
    for labels in fits.values():
        means = means_of(bands, labels)
        for i in np.flatnonzero(np.abs(means - LIMIT) < 0.04):
            near += 1
            mine = labels == i
            assert 0.25 < (ndvi[mine] >= LIMIT).mean() < 0.75  # no name would be right for it
            assert mine.mean() > 0.05
            below, above = (forest_of(bands, labels, means[i] + step) for step in (-1e-6, 1e-6))
            assert np.array_equal(below & ~above, mine) and not (above & ~below).any()
    assert near >= 4


@pytest.mark.parametrize("k, seeds, apart", [(3, (0, 2), 0.031), (6, (0, 3), 0.003)])
def test_single_starts_end_in_one_of_two_and_inertia_hardly_tells_which(bands, k, seeds, apart):
    """Gone on with to the end on all pixels: it is no matter of bins."""
    one, other = (
        features.segment(features.standardize(bands.values), k, n_init=1, seed=seed)
        for seed in seeds
    )
    areas = [forest_of(bands, found.labels).sum() * HECTARE for found in (one, other)]
    assert abs(areas[0] - areas[1]) > 40
    assert max(one.inertia, other.inertia) / min(one.inertia, other.inertia) - 1 == pytest.approx(
        apart, abs=0.001
    )


def test_every_start_ends_in_the_same_four_clusters(bands):
    found = [
        features.segment(features.standardize(bands.values), 4, n_init=1, seed=seed)
        for seed in (5, 6)
    ]
    assert scores.adjusted_rand(found[0].labels, found[1].labels) > 0.999


def test_the_maps_disagree_at_edges_and_edges_fill_the_valley(bands, fits, forest, ndvi):
    votes = np.mean([forest_of(bands, labels) for labels in fits.values()], axis=0)
    doubt = (votes > 0) & (votes < 1)
    edge = ndimage.binary_dilation(ndimage.binary_dilation(forest) ^ ndimage.binary_erosion(forest))
    assert (
        doubt[edge].mean() > 4 * doubt[~edge].mean()
        and edge[doubt].mean() > 0.5 > 1.5 * edge.mean()
    )
    valley = (ndvi > 0.4) & (ndvi < 0.6)
    assert edge[valley].mean() > 0.7
    inside, outside = (
        ndimage.binary_erosion(forest, iterations=6),
        ndimage.binary_erosion(~forest, iterations=6),
    )
    assert doubt[inside].mean() < 0.15 and doubt[outside].mean() < 0.05  # the maps agree there


# Who chose the limit?


def span(bands, maps, *steps):
    """Smallest and largest area, in hectares, over maps and limits."""
    areas = [forest_of(bands, one, LIMIT + step).sum() for one in maps for step in steps]
    return min(areas) * HECTARE, max(areas) * HECTARE


def maps_of(bands, seed=0):
    return [
        satellite.segment(bands, name, k, seed=seed).labels
        for name in satellite.FEATURES
        for k in satellite.KS
    ]


@pytest.mark.parametrize("seed", [0, 1])
def test_the_range_handed_over_is_that_of_maps_and_limits(bands, seed):
    """With the limit held, 330 to 470 ha is only a part of it."""
    maps = maps_of(bands, seed)
    held, moved = span(bands, maps, 0), span(bands, maps, -0.05, 0, 0.05)
    assert 325 < held[0] < 345 and 465 < held[1] < 475
    assert 215 < moved[0] < 225 and 465 < moved[1] < 475
    assert np.ptp(moved) > 1.5 * np.ptp(held)


@pytest.mark.parametrize(
    "part, by_005, by_01",
    [
        (np.s_[150:], (1, 1.1), (2, 2.4)),  # the lower half, as the lesson says
        (np.s_[:150], (1.2, 1.5), (2.5, 3.5)),
        (np.s_[:, :150], (1.5, 2), (2, 2.5)),
        (np.s_[:, 150:], (1.4, 2), (1.5, 2)),
    ],
    ids=["lower", "upper", "left", "right"],
)
def test_how_much_a_moved_limit_widens_the_range_cannot_be_known_before(bands, part, by_005, by_01):
    half = bands._replace(values=bands.values[part])
    maps = maps_of(half)
    held = np.ptp(span(half, maps, 0))
    for step, (low, high) in ((0.05, by_005), (0.1, by_01)):
        moved = np.ptp(span(half, maps, *np.linspace(-step, step, 5 if step > 0.05 else 3)))
        assert low < moved / held < high


def test_two_clusters_of_forest_differ_mainly_in_near_infrared(bands, labels):
    kinds = np.flatnonzero(means_of(bands, labels) >= LIMIT)
    assert len(kinds) == 2
    one, other = (bands.values[labels == i].mean(axis=0) for i in kinds)
    away = np.abs(one - other)
    assert away[3] > 10 * away[:3].max()


# Patches


@pytest.mark.parametrize("k", satellite.KS)
def test_tidying_takes_most_patches_and_little_area(bands, fits, k):
    raw = forest_of(bands, fits[STANDARDIZED, k])
    few = regions.merge_small(raw, 5, keep_largest=True) == 1
    clean = regions.merge_small(raw, 50, keep_largest=True) == 1
    assert len(patches(few)) < 0.5 * len(patches(raw)) and len(patches(clean)) < 0.2 * len(
        patches(raw)
    )
    filled, removed = (clean & ~raw).sum(), (raw & ~clean).sum()
    assert filled > 100 and removed > 100 and filled != removed
    assert abs(int(filled) - int(removed)) < 0.04 * raw.sum()
    assert patches(raw)[:6].sum() > 0.85 * raw.sum()


# How sure is the number?


def block_means(mask, side):
    rows, columns = (n // side * side for n in mask.shape)
    return (
        mask[:rows, :columns]
        .reshape(rows // side, side, columns // side, side)
        .mean(axis=(1, 3))
        .ravel()
    )


def bar(mask, side, draws=300, seed=0):
    """The error bar of the share, by the bootstrap."""
    rng, means = np.random.default_rng(seed), block_means(mask, side)
    return np.std([means[rng.integers(len(means), size=len(means))].mean() for _ in range(draws)])


def test_neighbours_agree_in_both_directions(forest):
    for one in (forest, forest.T):
        agree = [(one[:, n:] == one[:, :-n]).mean() for n in (1, 3, 10, 30)]
        assert agree[0] > 0.9 and (np.diff(agree) < 0).all()


@pytest.mark.parametrize("k", [2, 5, 7])
def test_drawing_pixels_gives_the_bar_of_independent_witnesses_and_blocks_a_wider_one(
    bands, fits, k
):
    mask = forest_of(bands, fits[STANDARDIZED, k])
    share = mask.mean()
    assert bar(mask, 1, draws=100) == pytest.approx(
        np.sqrt(share * (1 - share) / mask.size), rel=0.25
    )
    for seed in range(3):
        bars = [bar(mask, side, seed=seed) for side in (2, 5, 10, 20, 50)]
        assert (np.diff(bars) > 0).all() and bars[-1] > 10 * bars[0]


def landscape(rng, size, patch):
    return ndimage.gaussian_filter(rng.normal(size=(size, size)), patch, mode="wrap") > 0


def test_the_bootstrap_of_a_mean_comes_near_a_formula(forest):
    for side in (10, 50):
        blocks = block_means(forest, side)
        assert bar(forest, side, draws=2000) == pytest.approx(
            blocks.std() / np.sqrt(len(blocks)), rel=0.06
        )


def test_the_bar_levels_off_with_blocks_larger_than_the_patches_and_is_right_there():
    """Many windows of the same kind, which the lesson lacks. Pixels give too narrow a bar."""
    rng = np.random.default_rng(0)
    windows = [landscape(rng, 150, 2.5) for _ in range(60)]
    true = np.std([window.mean() for window in windows])
    bars = {
        side: np.mean([bar(window, side, draws=100) for window in windows[:8]])
        for side in (1, 5, 25, 37)
    }
    assert bars[1] < 0.25 * true and bars[5] < 0.75 * true
    assert bars[37] == pytest.approx(bars[25], rel=0.15) and bars[25] == pytest.approx(
        true, rel=0.25
    )


def test_the_bar_is_too_small_if_a_patch_is_as_large_as_the_window(forest):
    rng = np.random.default_rng(1)
    windows = [landscape(rng, 300, 40)[:150, :150] for _ in range(30)]
    true = np.std([window.mean() for window in windows])
    assert np.mean([bar(window, 30, draws=100) for window in windows]) < 0.7 * true
    parts = ndimage.label(forest)[0]
    largest = np.argwhere(parts == np.bincount(parts[forest]).argmax())
    assert np.ptp(largest[:, 1]) == 299  # as wide as the scene


# Visits on the ground


def corrected(share, hits, n):
    """The share of forest from visits in each class, and its standard error.

    Olofsson and others 2014, equations 9 and 11.
    """
    weight, found = np.array([share, 1 - share]), np.asarray(hits) / n
    return weight @ found, np.sqrt((weight**2 * found * (1 - found) / (n - 1)).sum())


def test_the_corrected_area_of_the_lesson(forest):
    forest = regions.merge_small(forest, 50, keep_largest=True) == 1
    share, error = corrected(forest.mean(), [92, 12], 100)
    assert round(900 * share) == 444 and round(900 * 1.96 * error) == 38
    assert 0.08 * forest.mean() < 0.9 * 0.12 * (1 - forest.mean())  # the two mistakes do not cancel


@pytest.mark.parametrize("mapped", [0.25, 0.47, 0.8])
def test_counting_is_biased_and_a_corrected_area_is_not(mapped):
    """With 8 % of the mapped forest none and 12 % of the rest forest."""
    rng, true = np.random.default_rng(0), 0.92 * mapped + 0.12 * (1 - mapped)
    for n in (10_000, 1_000_000):  # more pixels do not help
        assert abs((rng.random(n) < mapped).mean() - true) > 0.8 * abs(mapped - true) > 0.005
    runs = [corrected(mapped, rng.binomial(100, [0.92, 0.12]), 100) for _ in range(2000)]
    shares, errors = np.array(runs).T
    assert shares.mean() == pytest.approx(true, abs=0.003)
    assert 0.91 < (np.abs(shares - true) <= 1.96 * errors).mean() < 0.97


def visited(rng, mapped, found, n):
    """Draw visits in each class of a map; accuracies of forest by column, by row, and weighted."""
    hits = rng.binomial(n, found)
    parts = np.array([mapped, 1 - mapped]) * hits / n
    return hits[0] / n, hits[0] / hits.sum(), parts[0] / parts.sum()


@pytest.mark.parametrize("mapped", [0.1, 0.47, 0.8])
def test_producers_accuracy_needs_the_shares_of_the_map(mapped):
    """As many visits in each class: the counts alone are right only if both are as large."""
    rng, found = np.random.default_rng(0), np.array([0.92, 0.12])
    there = mapped * found[0] + (1 - mapped) * found[1]
    users, raw, producers = np.mean([visited(rng, mapped, found, 5000) for _ in range(200)], axis=0)
    assert users == pytest.approx(found[0], abs=0.01)
    assert producers == pytest.approx(mapped * found[0] / there, abs=0.01)
    assert abs(raw - mapped * found[0] / there) > 0.01


def test_the_accuracies_of_the_lesson(forest):
    forest = regions.merge_small(forest, 50, keep_largest=True) == 1
    hit, missed = 0.92 * forest.mean(), 0.12 * (1 - forest.mean())
    assert round(100 * (hit + 0.88 * (1 - forest.mean()))) == 90
    assert round(100 * hit / (hit + missed)) == 87


# The explorer's questions


def test_pixels_creep_and_clusters_jump(bands, labels, ndvi):
    limits = np.linspace(0.3, 0.85, 111)
    pixels = np.array([(ndvi >= limit).mean() for limit in limits])
    clusters = np.array([forest_of(bands, labels, limit).mean() for limit in limits])
    assert np.abs(np.diff(pixels)).max() < 0.02 and (np.diff(pixels) < 0).mean() > 0.95
    assert len(set(clusters)) <= 5 and np.abs(np.diff(clusters)).max() > 0.1


def test_less_than_350_and_more_than_470_hectares_can_be_had(bands, fits):
    """With limits about the valley of the NDVI."""
    raw = sorted(
        (forest_of(bands, labels, limit) for labels in fits.values() for limit in (0.5, 0.55, 0.6)),
        key=np.count_nonzero,
    )
    least, most = (
        regions.merge_small(mask, 10, keep_largest=True).sum() * HECTARE
        for mask in (raw[0], raw[-1])
    )
    assert least < 350 and most > 470


def test_the_threshold_of_exercise_2_can_be_found_with_the_slider(ndvi, forest, capsys):
    for threshold in np.arange(0.2, 0.91, 0.05):
        checks.check_2(threshold, ndvi, forest)
    assert capsys.readouterr().out.count("✓") == 1


# The pond in the forest


@pytest.mark.parametrize("k", satellite.KS)
def test_the_pond_is_far_from_every_centre_and_in_no_cluster_of_its_own(bands, fits, water, k):
    points, labels = features.standardize(bands.values), fits[STANDARDIZED, k]
    centers = np.array([points[labels == i].mean(axis=0) for i in range(k)])
    away = np.linalg.norm(points[..., None, :] - centers, axis=-1).min(axis=-1)
    assert np.median(away[water]) > np.quantile(away, 0.99)
    assert (away[water] ** 2).sum() < 0.1 * (away**2).sum()  # k-means does not mind
    assert water[labels == np.bincount(labels[water]).argmax()].mean() < 0.05


def test_a_centre_of_its_own_pays_off_only_for_a_large_group(bands, water):
    """With many more such pixels the pond gets a cluster."""
    points = features.standardize(bands.values)
    binned, own = features.bin_features(points), {}
    for times in (1, 30):
        often = np.where(water, times, 1)
        counts = np.bincount(binned.index.ravel(), often.ravel(), minlength=len(binned.counts))
        labels = kmeans.fit(binned.values, 4, weights=counts, n_init=10).labels[binned.index]
        pond = labels == np.bincount(labels[water]).argmax()
        own[times] = (often * water)[pond].sum() / often[pond].sum()
    assert own[1] < 0.02 and own[30] > 0.7


def test_a_threshold_picks_out_the_pond_and_crumbs_elsewhere(water):
    parts = patches(water)
    assert parts[:2].sum() > 0.7 * water.sum() and len(parts) > 10


def test_no_cluster_of_any_map_is_dark_in_near_infrared(bands, fits):
    for labels in fits.values():
        assert min(bands.values[labels == i, 3].mean() for i in np.unique(labels)) > 1.5 * WATER


def test_the_pond_goes_to_the_darker_forest_or_to_a_large_cluster_that_is_none(bands, fits, water):
    kinds = {}
    for k in satellite.KS:
        labels = fits[STANDARDIZED, k]
        home = np.bincount(labels[water], minlength=k).argmax()
        means = means_of(bands, labels)
        forest = np.flatnonzero(means >= LIMIT)
        kinds[k] = home in forest
        if kinds[k]:
            dark = [bands.values[labels == i, 3].mean() for i in forest]
            assert home == forest[np.argmin(dark)]
        assert (labels == home).mean() > 0.1
    assert kinds[2] and kinds[4] and not kinds[3] and not kinds[5]


def test_a_line_of_the_rule_gives_water_and_hardly_changes_the_forest(bands, labels, water):
    classes = np.where(means_of(bands, labels) >= LIMIT, 0, 2)[labels]
    before, after = (satellite.tidy_map(one, 50) for one in (classes, np.where(water, 3, classes)))
    assert (after[water] == 3).mean() > 0.7 and (water[after == 3]).mean() > 0.8
    assert 0 < (before == 0).sum() - (after == 0).sum() < 0.015 * (before == 0).sum()


# Straight edges


def test_in_the_large_forest_green_is_brighter_than_red(bands, forest):
    inner = ndimage.binary_erosion(forest, np.ones((3, 3)), iterations=2)
    green, red = bands.values[..., 1], bands.values[..., 2]
    assert (red < 0.9 * green)[inner].mean() > 0.8
    assert np.median((red / green)[inner]) < 0.8


def test_kmeans_looks_at_one_pixel_at_a_time(bands):
    """Pixels in any order get the labels that they had."""
    points, rng = (
        features.standardize(bands.values[::3, ::3]).reshape(-1, 4),
        np.random.default_rng(0),
    )
    order, start = rng.permutation(len(points)), points[[0, 500, 3000, 9000]]
    found = kmeans.fit(points, 4, start=start).labels
    assert len(np.unique(found)) == 4 and np.array_equal(
        kmeans.fit(points[order], 4, start=start).labels, found[order]
    )


def test_the_rule_is_that_of_the_explorer(bands, labels, forest):
    """What the lesson outlines before it tidies is what the explorer counts."""
    text = explore.renderer(bands, fits={(STANDARDIZED, 4): labels}, min_area=0)().text
    parts = regions.connected(forest.astype(int))
    assert (
        f": {forest.sum() * HECTARE:.0f} ha of forest in {(parts.classes == 1).sum()} patches, "
        in text
    )
