"""Tests of lessons_lib.satellite: the scene, its pictures, indices and spectra."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from lessons_lib import regions, satellite


@pytest.fixture(scope="module")
def scene():
    return satellite.load()


def bands(*pixels):
    """A scene of one row."""
    return satellite.Bands(np.array([pixels], dtype=float))


def test_the_scene_of_the_package(scene):
    import spyndex

    assert scene.values.shape == (300, 300, 4) and scene.meters == 10
    assert scene.names == ("blue", "green", "red", "near infrared")
    raw = spyndex.datasets.open("sentinel")
    for i, name in enumerate(["B02", "B03", "B04", "B08"]):
        assert np.array_equal(
            np.round(scene.values[..., i] * 10_000), raw.sel(band=name).to_numpy()
        )
    assert 0 < scene.values.min() and scene.values.max() < 1


def test_other_scenes(tmp_path):
    values = np.random.default_rng(0).uniform(0, 1, (3, 5, 4))
    np.save(tmp_path / "scene.npy", values)
    for source in (values, tmp_path / "scene.npy", str(tmp_path / "scene.npy")):
        found = satellite.load(source, meters=30)
        assert np.array_equal(found.values, values) and found.meters == 30


@pytest.mark.parametrize("source, words", [
    (np.zeros((3, 5, 3)), r"source must have shape \(rows, columns, 4\).*\(3, 5, 3\)"),
    (np.zeros((0, 5, 4)), "source must have shape"),
    (np.full((3, 5, 4), 3000), "reflectance x 10,000: divide by that.*3000"),
    (np.full((3, 5, 4), np.nan), "source must hold data; all of its pixels have none"),
    (np.full((3, 5, 4), np.inf), "finite reflectances"),
    ("landsat", "source='landsat' is neither 'sentinel' nor a file that is there"),
])
def test_bad_sources(source, words):
    with pytest.raises(ValueError, match=words):
        satellite.load(source)


def test_bad_files(tmp_path):
    (tmp_path / "text.npy").write_text("no array")
    with pytest.raises(ValueError, match="could not be read as an array of numbers"):
        satellite.load(tmp_path / "text.npy")
    with pytest.raises(ValueError, match="meters must be a number above 0, got 0"):
        satellite.load(np.zeros((2, 2, 4)), meters=0)


def test_show():
    one = bands([0.0, 0.1, 0.2, 0.3], [0.25, 0.25, 0.25, 0.25], [-0.1, 0.5, 0.05, 0.4])
    assert satellite.show(one)[0].tolist() == [[204, 102, 0], [255, 255, 255], [51, 255, 0]]
    false = satellite.show(one, ("near infrared", "red", "green"), low=0.2, high=0.4)
    assert false[0, 0].tolist() == [127, 0, 0] or false[0, 0].tolist() == [128, 0, 0]
    assert false.dtype == np.uint8


@pytest.mark.parametrize(
    "options, words",
    [
        (
            {"order": ("red", "green", "violet")},
            "order must name bands of .*'near infrared'.*got 'violet'",
        ),
        ({"order": ("red", "green")}, "order must be three bands"),
        ({"low": 0.3, "high": 0.3}, "low below high"),
    ],
)
def test_bad_show(scene, options, words):
    with pytest.raises(ValueError, match=words):
        satellite.show(scene, **options)


@given(hnp.arrays(float, (2, 3, 4), elements=st.floats(0, 1)))
def test_ndvi_is_the_normalized_difference(values):
    one = satellite.Bands(values)
    red, near = values[..., 2], values[..., 3]
    some = near + red > 0
    found = satellite.index(one)
    assert found[some] == pytest.approx((near[some] - red[some]) / (near[some] + red[some]))
    assert (found[~some] == 0).all()


def test_indices_with_constants(scene):
    blue, _, red, near = scene.values[0, 0]
    assert satellite.index(scene, "EVI")[0, 0] == pytest.approx(
        2.5 * (near - red) / (near + 6 * red - 7.5 * blue + 1)
    )
    water = satellite.index(bands([0.05, 0.06, 0.04, 0.02]), "NDWI")
    assert water[0, 0] == pytest.approx(0.5)


@pytest.mark.parametrize("name, words", [
    ("NDMI", r"name='NDMI' needs bands that this scene lacks: \['S1'\]"),
    ("ndvi", "name must be an index that spyndex knows, such as 'NDVI'; got 'ndvi'"),
])
def test_bad_index(scene, name, words):
    with pytest.raises(ValueError, match=words):
        satellite.index(scene, name)


def test_spectra():
    one = bands([0.1, 0.2, 0.3, 0.4], [0.3, 0.2, 0.1, 0.0], [0.9, 0.9, 0.9, 0.9], [0, 0, 0, 0])
    table = satellite.spectra(one, np.array([[0, 0, 2, -1]]))
    assert list(table.columns) == list(one.names) and list(table.index) == [0, 1, 2]
    assert table.loc[0].to_numpy() == pytest.approx([0.2, 0.2, 0.2, 0.2])
    assert table.loc[1].isna().all() and (table.loc[2] == 0.9).all()
    with pytest.raises(ValueError, match="labels must have the shape of the scene"):
        satellite.spectra(one, np.zeros((4, 1), int))


@given(
    hnp.arrays(
        np.int8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 3)
    ),
    st.integers(0, 99),
)
def test_a_tidy_map_has_the_same_forest_whatever_the_other_classes(classes, least):
    after, forest = (
        satellite.tidy_map(classes, least),
        regions.merge_small(classes == 0, least, keep_largest=True) == 1,
    )
    assert np.array_equal(after == 0, forest)
    assert set(np.unique(after[~forest])) <= set(np.unique(classes[classes > 0]))
    assert not least or np.array_equal(satellite.tidy_map(classes, 0), classes)


def test_a_tidy_map_dissolves_small_regions_of_every_class():
    rng = np.random.default_rng(0)
    for _ in range(5):
        classes = np.digitize(
            ndimage.gaussian_filter(rng.normal(0, 1, (60, 80)), 2), [-0.1, 0, 0.1]
        )
        assert (regions.connected(classes).areas < 12).any()
        assert regions.connected(satellite.tidy_map(classes, 12)).areas.min() >= 12


def test_features_have_names_and_one_may_be_asked_for():
    bands = satellite.load(np.random.default_rng(0).uniform(0.01, 0.5, (12, 15, 4)))
    for name in satellite.FEATURES:
        labels = satellite.segment(bands, name, 3).labels
        assert labels.shape == (12, 15) and set(np.unique(labels)) == {0, 1, 2}
    with pytest.raises(ValueError, match="name must be one of .*'NDVI'.*; got 'nir'"):
        satellite.segment(bands, "nir", 3)


def test_the_index_of_mean_spectra():
    """As of a scene in which each pixel has that spectrum; 0 where nothing comes back."""
    bands = satellite.load(np.random.default_rng(0).uniform(0.01, 0.5, (12, 15, 4)))
    bands.values[:, 10:] = 0
    spectra = satellite.spectra(bands, np.indices((12, 15))[1] // 5)
    red, near = spectra["red"][:2], spectra["near infrared"][:2]
    for name in ("NDVI", "EVI", "NDWI"):
        whole = satellite.Bands(spectra.to_numpy()[None])
        assert satellite.index(spectra, name) == pytest.approx(satellite.index(whole, name)[0])
    assert satellite.index(spectra) == pytest.approx([*(near - red) / (near + red), 0])
