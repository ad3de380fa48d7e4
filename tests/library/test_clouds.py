"""Tests of lessons_lib.clouds: the plane of a cloud of colours, and its drawing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.decomposition import PCA

from lessons_lib import clouds, palettes


@st.composite
def clouds_of_colors(draw):
    """A few colours, equal ones among them, and how many pixels have each."""
    n = draw(st.integers(2, 12))
    values = draw(hnp.arrays(np.int64, (n, 3), elements=st.integers(0, 255))).astype(float)
    return values, draw(hnp.arrays(np.int64, n, elements=st.integers(1, 50)))


def scene():
    """Blues and one far red: the long axis is red against blue."""
    values = np.array([[20, 30, 200], [40, 60, 230], [30, 90, 210], [220, 60, 40.0]])
    return values, np.array([100, 30, 10, 60])


def changed(one, other):
    return (one != other).any(axis=-1)


# plane

@given(clouds_of_colors())
def test_axes_are_the_principal_ones(cloud):
    values, weights = cloud
    mean, axes = clouds.plane(values, weights)
    say = np.sqrt(weights) / np.sqrt(weights).sum()
    assert mean == pytest.approx(say @ values)
    assert axes.shape == (3, 2)
    assert axes.T @ axes == pytest.approx(np.eye(2), abs=1e-9)
    # By the spread along them, not by the axes themselves: those are free where spreads are equal.
    spread = (values - mean).T * say @ (values - mean)
    variances = np.linalg.eigvalsh(spread)[::-1]
    assert np.diag(axes.T @ spread @ axes) == pytest.approx(variances[:2], abs=1e-6)
    assert (axes[np.abs(axes).argmax(axis=0), [0, 1]] > 0).all()


def test_axes_are_those_of_scikit_learn():
    values, roots = scene()
    model = PCA(2).fit(np.repeat(values, roots, axis=0))
    _, axes = clouds.plane(values, roots ** 2)
    assert np.abs(np.sum(axes.T * model.components_, axis=1)) == pytest.approx([1, 1])
    # Frequent colours count more, though not in proportion.
    assert np.abs(axes - clouds.plane(values, np.ones(4, int))[1]).max() > 0.01
    assert np.abs(axes - clouds.plane(values, roots)[1]).max() > 0.01


@pytest.mark.parametrize("pixels", [1, 5])
def test_plane_of_a_single_color(pixels):
    mean, axes = clouds.plane(np.array([[10.0, 20, 30]]), np.array([pixels]))
    assert mean == pytest.approx([10, 20, 30])
    assert axes.T @ axes == pytest.approx(np.eye(2))


# draw

@given(clouds_of_colors(), st.integers(100, 400))
def test_drawing_of_any_cloud(cloud, size):
    values, weights = cloud
    before = values.copy(), weights.copy()
    rgb = clouds.draw(values, weights, size=size)
    assert rgb.shape == (size, size, 3) and rgb.dtype == np.uint8
    assert np.array_equal(values, before[0]) and np.array_equal(weights, before[1])
    frame = np.ones((size, size), bool)
    frame[5:-5, 5:-5] = False
    assert (rgb[frame] == palettes.PAPER).all()  # no disc is cut off
    # The smallest disc is drawn last, with its own colour in its middle.
    ends = values[np.lexsort((np.arange(len(weights)), -weights))[-1]]
    assert (rgb == ends).all(axis=-1).any()


def test_every_color_is_drawn_where_the_plane_says():
    values, weights = scene()
    rgb = clouds.draw(values, weights, size=400)
    mean, axes = clouds.plane(values, weights)
    flat = (values - mean) @ axes
    middles = np.array([np.argwhere((rgb == color).all(axis=-1)).mean(axis=0) for color in values])
    # Right is along the first axis, up along the second, both on one scale.
    along = np.column_stack([middles[:, 1], -middles[:, 0]])
    scale = np.ptp(along[:, 0]) / np.ptp(flat[:, 0])
    assert along - along[3] == pytest.approx((flat - flat[3]) * scale, abs=3)
    assert 0.75 * 400 < np.ptp(along[:, 0]) < 0.9 * 400  # the longer one fills the drawing


def test_more_pixels_make_a_larger_disc():
    values = np.array([[10, 10, 10], [100, 100, 100], [240.0, 240, 240]])
    rgb = clouds.draw(values, np.array([4, 16, 100]))
    small, middle, large = (np.count_nonzero((rgb == color).all(axis=-1)) for color in values)
    assert small < middle < large
    assert large / middle == pytest.approx(100 / 16, rel=0.35)  # by area


@pytest.mark.parametrize("weights", [[1], [5], [5, 2, 5]])
def test_one_color_is_one_disc_in_the_middle(weights):
    rgb = clouds.draw(np.array([[200, 10, 60.0]] * len(weights)), np.array(weights), size=200)
    where = np.argwhere((rgb == (200, 10, 60)).all(axis=-1))
    assert where.mean(axis=0) == pytest.approx([100, 100], abs=1)
    drawn = changed(rgb, palettes.PAPER)
    assert drawn[80:121, 80:121].sum() == drawn.sum()


def test_small_discs_lie_on_large_ones():
    values = np.array([[100, 100, 100], [104, 100, 100], [0.0, 0, 250]])
    for order in ([0, 1, 2], [1, 0, 2]):  # whichever comes first
        rgb = clouds.draw(values[order], np.array([1000, 3, 1])[order])
        assert (rgb == (104, 100, 100)).all(axis=-1).any()


def test_centers_are_numbered_squares():
    values, weights = scene()
    centers = values[[3, 0]]
    plain, rgb = clouds.draw(values, weights), clouds.draw(values, weights, centers=centers)
    swapped = clouds.draw(values, weights, centers=centers[::-1])
    more = changed(rgb, plain)
    rows, columns = np.nonzero(more)
    right = columns > 256
    for side in (right, ~right):
        assert np.ptp(rows[side]) == np.ptp(columns[side]) == 20  # one square at each
    # Their numbers are written in them: the other way round the squares stay, the numbers change.
    other = changed(rgb, swapped)
    assert 0 < other.sum() < 0.5 * more.sum()
    assert not (other & ~more).any()


def test_a_ribbon_in_the_color_of_the_cluster():
    values, weights = scene()
    labels = np.array([0, 0, 0, 9])  # the colours of a palette of 8, in turn
    plain, rgb = clouds.draw(values, weights), clouds.draw(values, weights, labels=labels)
    blues, red = [], []
    for ribbon, seen in ((palettes.LABELS[0], blues), (palettes.LABELS[1], red)):
        where = (rgb == ribbon).all(axis=-1) & changed(rgb, plain)
        seen.extend(np.nonzero(where)[1].tolist())
        assert len(seen) > 200
    assert max(blues) < 256 < min(red)  # each round its own discs
    # It lies below all discs: where there was one, nothing is new.
    assert (plain[changed(rgb, plain)] == palettes.PAPER).all()


def test_trail_of_the_centers():
    values, weights = scene()
    steps = [values[[0, 1]], values[[1, 2]], values[[3, 0]]]
    still = clouds.draw(values, weights, centers=steps[-1])
    once = clouds.draw(values, weights, centers=steps[-1], trail=steps[1:2])
    twice = clouds.draw(values, weights, centers=steps[-1], trail=steps[:2])
    assert changed(once, still).sum() > 100
    assert changed(twice, once).sum() > 20
    # The line from the blues to the red crosses the empty middle.
    assert (once[:, 200:300] == palettes.INK).all(axis=-1).any(axis=0).all()
    # Where nothing has moved, the numbered square covers the small one.
    assert np.array_equal(clouds.draw(values, weights, centers=steps[-1], trail=[steps[-1]]), still)


def test_a_single_center():
    values, weights = scene()
    center = np.average(values, axis=0, weights=weights)[None]
    rgb = clouds.draw(values, weights, centers=center, labels=np.zeros(4, int), trail=[values[:1]])
    assert changed(rgb, clouds.draw(values, weights)).sum() > 400


@pytest.mark.parametrize("size", [200, 512, 1000])
@pytest.mark.parametrize("labels", [None, np.array([0, 1])], ids=["discs", "ribbons"])
def test_nothing_is_cut_off_at_the_frame(size, labels):
    values = np.array([[0.0, 0, 0], [200, 0, 0]])
    rgb = clouds.draw(values, np.array([1, 1]), size=size, labels=labels)
    assert (rgb[:, [0, -1]] == palettes.PAPER).all()


# draw_3d

CUBE = [(0, 255)] * 3


def dot(picture, color):
    """Row and column of the middle of the pixels of one colour."""
    found = np.argwhere((picture == color).all(axis=-1))
    assert len(found)
    return found.mean(axis=0)


def one_dot(point, **view):
    return dot(clouds.draw_3d([point], [1], colors=[(1, 200, 2)], limits=CUBE, **view), (1, 200, 2))


def test_the_third_axis_points_up():
    for azimuth in (-60, 0, 75, 200):
        low, high = (one_dot((128, 128, z), azimuth=azimuth) for z in (20, 230))
        assert low[0] > high[0] + 50 and abs(low[1] - high[1]) < 1


def test_the_eye_turns_to_the_left_and_the_points_to_the_right():
    # From the end of the first axis: the second one points to the right. A quarter turn on it
    # points to the eye.
    left, right = (one_dot((128, y, 128), azimuth=0, elevation=0) for y in (20, 230))
    assert right[1] > left[1] + 50 and abs(right[0] - left[0]) < 1
    near, far = (one_dot((128, y, 128), azimuth=90, elevation=0) for y in (20, 230))
    assert near == pytest.approx(far, abs=1)


def test_from_above_the_third_axis_is_a_point():
    low, high = (one_dot((40, 90, z), azimuth=30, elevation=90) for z in (0, 255))
    assert low == pytest.approx(high, abs=1)


def test_near_discs_hide_far_ones():
    points, colors = [(20, 128, 128), (230, 128, 128)], [(250, 1, 1), (1, 1, 250)]
    for azimuth, seen, hidden in ((0, 1, 0), (180, 0, 1)):
        picture = clouds.draw_3d(
            points, [9, 9], colors=colors, limits=CUBE, azimuth=azimuth, elevation=0
        )
        assert (picture == colors[seen]).all(axis=-1).sum() > 200
        assert not (picture == colors[hidden]).all(axis=-1).any()


def test_discs_take_the_color_of_their_cluster():
    points = np.array([(20, 20, 20), (230, 30, 60), (60, 220, 200.0)])
    picture = clouds.draw_3d(points, [5, 5, 5], colors=points, labels=[0, 1, len(palettes.LABELS)])
    for color in palettes.LABELS[:2]:
        assert (picture == color).all(axis=-1).any()
    assert not (picture == points[1].astype(np.uint8)).all(axis=-1).any()


def test_centers_are_drawn_last_and_more_pixels_are_larger():
    points, center = np.array([(128, 128, 128), (200, 40, 90.0)]), [(128, 128, 128)]
    plain = clouds.draw_3d(points, [1, 1], colors=points, limits=CUBE)
    marked = clouds.draw_3d(points, [1, 1], colors=points, limits=CUBE, centers=center)
    assert changed(plain, marked).sum() > 100
    larger = clouds.draw_3d(points, [100, 1], colors=points, limits=CUBE)
    count = [((p == (200, 40, 90)).all(axis=-1)).sum() for p in (plain, larger)]
    assert count[0] > 4 * count[1] > 0


@given(st.floats(-360, 360), st.floats(-90, 90), st.integers(1, 5))
def test_all_stays_in_the_frame(azimuth, elevation, n):
    rng = np.random.default_rng(n)
    points = np.vstack([rng.uniform(0, 255, (n, 3)), [(0, 0, 0), (255, 255, 255)]])
    picture = clouds.draw_3d(
        points,
        np.ones(n + 2),
        colors=points // 2,
        azimuth=azimuth,
        elevation=elevation,
        size=200,
        names=("", "", ""),
    )
    assert picture.shape == (200, 200, 3)
    frame = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    assert (frame == palettes.PAPER).all()


NAMES = ("one name", "another name", "a third")


def ink(names, azimuth, elevation, size=512):
    """Where the picture differs from one without names."""
    points, weights = np.array([(0.0, 0, 0), (255, 255, 255)]), [1, 1]
    drawn = [clouds.draw_3d(points, weights, colors=points, limits=CUBE, azimuth=azimuth,
                            elevation=elevation, size=size, names=some)
             for some in (names, ("", "", ""))]
    return changed(*drawn)


@pytest.mark.parametrize("azimuth", range(-180, 180, 40))
@pytest.mark.parametrize("elevation", [-90, -30, 0, 5, 25, 90])
def test_names_of_axes_do_not_lie_on_one_another(azimuth, elevation):
    """Three alone cover as much as all together."""
    together = ink(NAMES, azimuth, elevation).sum()
    letters = {name: changed(*(clouds.draw_3d([(0, 0, 0)], [1], colors=[(0, 0, 0)], limits=CUBE,
                                              azimuth=40, names=some)
                               for some in ((name, "", ""), ("", "", "")))).sum()
               for name in NAMES}
    assert together > 0.93 * sum(letters.values())


@pytest.mark.parametrize("azimuth", range(-170, 190, 30))
@pytest.mark.parametrize("elevation", [-25, 0, 10, 25, 60])
def test_names_of_axes_do_not_lie_on_points(azimuth, elevation):
    """Points all around, and all of their pixels stay."""
    step = np.linspace(20, 235, 24)  # so that discs, too, stay inside
    cube = np.stack(np.meshgrid(step, step, step), axis=-1).reshape(-1, 3)
    shell = cube[((cube == 20) | (cube == 235)).any(axis=1)]
    pictures = [clouds.draw_3d(shell, np.full(len(shell), 1), colors=np.full(shell.shape, 90),
                               limits=CUBE, azimuth=azimuth, elevation=elevation, names=names)
                for names in (("red", "green", "blue"), ("", "", ""))]
    there, after = ((picture == 90).all(axis=2) for picture in pictures)
    assert there.sum() > 20_000 and (after | ~there).all()


def test_points_outside_of_the_limits_are_left_out():
    points = np.array([(10, 10, 10), (90, 90, 90), (200, 10, 10.0)])
    colors = [(250, 1, 1), (1, 250, 1), (1, 1, 250)]
    picture = clouds.draw_3d(points, [4, 4, 90], colors=colors, limits=[(0, 100)] * 3)
    alone = clouds.draw_3d(points[:2], [4, 4], colors=colors[:2], limits=[(0, 100)] * 3)
    assert np.array_equal(picture, alone)
    labels = clouds.draw_3d(points, [4, 4, 90], colors=colors, limits=[(0, 100)] * 3,
                            labels=[1, 2, 0])
    shown = [(labels == color).all(axis=2).any() for color in palettes.LABELS[:3]]
    assert shown == [False, True, True]
    empty = clouds.draw_3d(points, [4, 4, 90], colors=colors, limits=[(210, 255)] * 3)
    assert empty.shape == (512, 512, 3)


@given(st.integers(0, 99), st.floats(0.05, 1))
def test_a_crowd_holds_the_heaviest_colours(seed, share):
    rng = np.random.default_rng(seed)
    values, counts = rng.uniform(0, 255, (30, 3)), rng.integers(1, 50, 30)
    limits = clouds.crowd(values, counts, share)
    inside = ((values >= limits[:, 0]) & (values <= limits[:, 1])).all(axis=1)
    assert counts[inside].sum() >= share * counts.sum()
    assert inside[counts.argmax()]
    assert np.ptp(limits, axis=1) == pytest.approx(np.ptp(limits[0]))
    assert np.ptp(limits[0]) >= 16
    drawn = clouds.draw_rgb(values, counts, size=200, limits=limits)
    assert not np.array_equal(drawn, clouds.draw_rgb(values, counts, size=200))


@pytest.mark.parametrize("share", [0, -1, 1.5])
def test_a_crowd_of_no_pixels_is_refused(share):
    with pytest.raises(ValueError, match="share must be above 0 and at most 1; got"):
        clouds.crowd(np.zeros((1, 3)), np.ones(1), share)


def test_a_flat_cloud_and_a_wrong_one():
    assert clouds.draw_3d([(5, 5, 5)], [3], colors=[(9, 9, 9)]).shape == (512, 512, 3)
    with pytest.raises(ValueError, match=r"points must have shape \(n, 3\); got \(1, 2\)"):
        clouds.draw_3d([(5, 5)], [3], colors=[(9, 9, 9)])


def test_a_cloud_in_the_cube_of_red_green_and_blue_has_its_own_colours_and_the_whole_range():
    values, weights = scene()
    own = clouds.draw_rgb(values, weights, size=200)
    whole = clouds.draw_3d(values, weights, colors=values, size=200, limits=[(0, 255)] * 3)
    assert np.array_equal(own, whole) and clouds.draw_rgb(values, weights).shape == (440, 440, 3)
    grey = clouds.draw_rgb(values, weights, colors=np.full((4, 3), 90), size=200, azimuth=10)
    assert not (grey == (40, 60, 230)).all(axis=2).any() and (grey == 90).all(axis=2).sum() > 50


@given(st.integers(0, 1000), st.integers(100, 600))
def test_a_colour_goes_to_the_drawing_and_back(seed, size):
    rng = np.random.default_rng(seed)
    values, weights = rng.uniform(0, 255, (20, 3)), rng.integers(1, 99, 20)
    seen = clouds.view(values, weights, size)
    spots = clouds.place(values, seen)
    for color, spot in zip(values, spots):
        assert np.allclose(clouds.color_at(spot, seen, color), color)
    assert (spots > 0).all() and (spots < size).all()
    # ... and a spot to a colour and back, whatever lies before or behind the plane.
    for spot, like in zip(rng.uniform(-size, 2 * size, (20, 2)), values):
        moved = clouds.color_at(spot, seen, like)
        assert np.allclose(clouds.place(moved, seen), spot)
        across = np.cross(*seen.axes.T)
        assert np.isclose((moved - like) @ across, 0)
        assert np.isclose((clouds.color_at(spot, seen) - seen.mean) @ across, 0)
