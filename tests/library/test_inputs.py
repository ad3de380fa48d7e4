"""Small inputs that people have had, one of each kind; the kinds are drawn in test_any_input.py."""
import io
import subprocess
import sys
import textwrap
import warnings

import numpy as np
import pytest
import tifffile
from PIL import Image
from skimage.filters import gabor_kernel
from scipy import ndimage

from lessons_lib import (charts, choosing_k, drawing, features, figures, images, kmeans, landscape,
                         maps, palettes, regions, scores, spectral)
from lessons_lib.colors import unique_colors


def test_no_channel_of_many_is_ignored():
    made = np.zeros((20, 30, 25))
    made[:10, :, 0] = 255
    made[..., -1] = np.linspace(0, 40, 600).reshape(20, 30)
    found = features.segment(made, 2)
    direct = kmeans.fit(made.reshape(-1, 25), 2)
    assert found.inertia == pytest.approx(direct.inertia)
    assert np.array_equal(found.labels[:, 0], np.repeat(found.labels[[0, -1], 0], 10))


def test_colours_and_a_bank_of_gabor_filters():
    image = images.shrink(images.load("coffee"), 90)
    gray = images.gray(image)
    bank = [
        np.real(gabor_kernel(f, theta=t * np.pi / 8)) for f in (0.1, 0.2, 0.4) for t in range(8)
    ]
    responses = np.stack([ndimage.convolve(gray, one) for one in bank], axis=2)
    found = features.segment(features.standardize(np.concatenate([image, responses], axis=2)), 4)
    assert len(np.unique(found.labels)) == 4


@pytest.mark.parametrize("one, other, dtype", [
    (5, 5 + 2**32, "int64"), (0, 4294967295, "uint32"), (1, 3_000_000_000, "uint32"),
    (7, 2**62, "uint64"), (-7, 7, "int64")])
def test_labels_do_not_wrap(one, other, dtype):
    labels = np.full((6, 8), one, dtype)
    labels[:, 4:] = other
    found = regions.connected(labels)
    assert found.classes.tolist() == [one, other] and found.areas.tolist() == [24, 24]
    assert regions.edges(labels).any() and regions.boundaries(labels).any()
    assert set(np.unique(regions.merge_small(labels, 2)).tolist()) == {one, other}


def test_a_picture_in_colours_is_no_label_map(tmp_path):
    Image.fromarray(np.zeros((4, 5, 3), np.uint8)).save(tmp_path / "a.png")
    with pytest.raises(ValueError, match="must be a label map that save_labels has written"):
        maps.load_labels(tmp_path / "a.png")
    np.save(tmp_path / "a.npy", np.zeros((4, 5, 3), int))
    with pytest.raises(ValueError, match="must be a label map"):
        maps.load_labels(tmp_path / "a.npy")
    with pytest.raises(ValueError, match="must be a label map"):
        maps.load_labels(tmp_path / "missing.png")


def test_points_without_label_are_no_cluster():
    rng = np.random.default_rng(0)
    points = np.vstack(
        [rng.normal(0, 0.1, (40, 2)), rng.normal(5, 0.1, (40, 2)), rng.normal(2, 3, (5, 2))]
    )
    labels = np.repeat([0, 1, -1], [40, 40, 5])
    for score in (scores.davies_bouldin, scores.silhouette, scores.calinski_harabasz):
        assert score(points, labels) == pytest.approx(score(points[:80], labels[:80]))


def test_nan_is_left_out_of_a_picture():
    values = np.arange(12.0).reshape(3, 4)
    spoilt = values.copy()
    spoilt[0, 0] = np.nan
    rgb = drawing.to_rgb(spoilt)
    assert (rgb[0, 0] == palettes.NO_LABEL).all() and rgb[2, 3].tolist() == [255] * 3
    assert len(np.unique(rgb[..., 0])) > 8
    assert (drawing.to_rgb(np.full((2, 2), np.nan)) == palettes.NO_LABEL).all()
    hidden = np.ma.masked_array(values, values == 5)
    assert (drawing.to_rgb(hidden)[1, 1] == palettes.NO_LABEL).all()


def test_limits_of_any_type():
    values = np.arange(6.0).reshape(2, 3)
    for limits in (np.array([0, 1]), [0, 1], (0.0, np.float32(1))):
        assert np.array_equal(
            drawing.to_rgb(values, limits=limits), drawing.to_rgb(values, limits=(0, 1))
        )


@pytest.mark.parametrize("dtype, white, expected", [
    ("uint16", True, [255, 0]), ("uint8", True, [255, 0]), ("uint32", False, [0, 255])])
def test_tiffs_whose_numbers_pillow_misreads(dtype, white, expected):
    most = {"uint16": 65535, "uint8": 255, "uint32": 2**31 + 5}[dtype]
    file = io.BytesIO()
    tifffile.imwrite(
        file, np.array([[0, most]], dtype), photometric="miniswhite" if white else "minisblack"
    )
    assert images.load(file.getvalue(), stretch=dtype == "uint32")[0, :, 0].tolist() == expected


def test_signed_bytes_are_no_brightness():
    file = io.BytesIO()
    tifffile.imwrite(file, np.array([[-100, 100]], np.int8))
    with pytest.raises(ValueError, match="int8 with values -100 to 100"):
        images.load(file.getvalue())
    assert images.load(file.getvalue(), stretch=True)[0, :, 0].tolist() == [0, 255]


def test_coins_as_signed_numbers_over_the_full_range():
    coins = ndimage.gaussian_filter(images.gray(images.shrink(images.load("coins"), 160)), 1)
    whole = np.round((coins - coins.min()) / np.ptp(coins) * 65_535 - 32_768).astype(np.int16)
    one, other = (spectral.segment(one, 20, beta=20, n_superpixels=400).labels
                  for one in (whole, whole.astype(float)))
    assert np.array_equal(one, other)


def test_a_rising_curve_has_no_knee():
    with pytest.raises(ValueError, match="inertias must fall with k; they rise from 1 to 4"):
        choosing_k.knee([1, 2, 3, 4], [1, 2, 3, 4])
    assert choosing_k.knee([1, 2, 3, 4], [1.0, 1.0, 1.0, 1.0]) is None


def test_a_report_that_starts_at_two():
    from lessons_lib import curves

    report = choosing_k.report(unique_colors(landscape.make(48).image), range(2, 7))
    assert min(report.fits) == 2
    for criterion in choosing_k.CRITERIA:
        drawn = curves.draw(report, criterion, k_max=6)
        assert len(np.unique(drawn)) > 5


@pytest.mark.parametrize("shape", [(20_000, 30), (30, 20_000), (17_000, 17)])
def test_a_picture_of_any_size_is_shown(shape):
    rng = np.random.default_rng(0)
    picture = figures.Picture(rng.integers(0, 256, (*shape, 3), dtype=np.uint8), "long")
    html = picture._repr_html_()
    assert 'alt="long"' in html and "data:image/" in html


def test_the_readers_own_style_stays_out():
    import matplotlib

    def drawn():
        return charts.lines([0, 1], {"a": [0, 1]}, xlabel="x", ylabel="y", title="T").rgb

    usual = drawn()
    with matplotlib.style.context("dark_background"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert np.array_equal(drawn(), usual)
    with matplotlib.rc_context({"axes.facecolor": "red", "lines.linewidth": 9, "axes.grid": False,
                                "font.size": 30, "xtick.labelsize": 30}):
        assert np.array_equal(drawn(), usual)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "utf-8"])
def test_checks_print_in_any_encoding(encoding):
    program = textwrap.dedent("""
        import numpy as np
        from lessons_lib.exercises import circles as check
        from lessons_lib import circles, spectral
        scene = circles.pair(seed=1)
        check.check_1(..., scene)
        check.check_1(scene.image, scene)
        check.check_1(spectral.segment(scene.image, 2, mask=scene.mask).labels, scene)
        check.check_1(spectral.segment(scene.image, 2, mask=scene.mask), scene)
    """)
    ran = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", program],
        capture_output=True,
        env={**__import__("os").environ, "PYTHONIOENCODING": encoding},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    lines = ran.stdout.decode(encoding).splitlines()
    assert len(lines) == 4 and "not answered yet" in lines[0] and "2 discs" in lines[2]
    assert "add .labels" in lines[3]


def test_no_label_has_no_colour():
    assert (palettes.of_labels(np.array([-1, 7, 15])) == [palettes.NO_LABEL, palettes.LABELS[7],
                                                          palettes.LABELS[7]]).all()
    picture = charts.scatter(np.arange(4.0), np.arange(4.0), np.array([-1, 7, 7, -1]), xlabel="x",
                             ylabel="y", title="T")
    assert "2 of region -1, 2 of region 7" in picture.text
