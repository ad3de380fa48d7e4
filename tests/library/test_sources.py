"""Pictures as people have them: right pixels with their scale, or one sentence."""

import io
import warnings

import numpy as np
import pytest
import rasterio
import tifffile
from PIL import Image

from lessons_lib import images, sources
from tests.library.test_odd_files import BROKEN, COLOR, NEAR, RGB, SHAPE, SINGLE, clear, tiff

EVERY = {**{name: data for name, (data, _) in SINGLE.items()}, **COLOR, **NEAR, **BROKEN}


@pytest.mark.parametrize("name", EVERY)
def test_every_odd_file_is_a_picture_or_a_sentence(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = sources.load(EVERY[name])
        except (ValueError, TypeError) as error:
            text = str(error)
            assert len(text) < 500 and "\n" not in text and "source" in text.lower()
            assert name in BROKEN or name in SINGLE
            return
    assert found.image.dtype == np.uint8 and found.image.shape[2:] == (3,)
    assert found.pages >= 1 and found.bands >= 1


@pytest.mark.parametrize("name", COLOR)
def test_eight_bits_stay_as_they_are(name):
    assert np.array_equal(sources.load(COLOR[name]).image[:SHAPE[0], :SHAPE[1]], RGB)


@pytest.mark.parametrize("name", SINGLE)
def test_the_order_of_brightness_is_right_or_the_file_is_refused(name):
    data, shown = SINGLE[name]
    try:
        got = sources.load(data).image[..., 0].astype(int)
    except (ValueError, TypeError) as error:
        clear(error)
        return
    shown = shown.astype(float)
    low, high = np.quantile(shown, (0.01, 0.99))
    if name.startswith(("bool", "uint8")):
        low, high = 0, shown.max()
    right = 255 * np.clip((shown - low) / (high - low), 0, 1)
    assert np.abs(got - right).max() <= 1.01


def test_pages_of_a_tiff_and_frames_of_a_gif():
    two = tiff(np.stack([RGB, RGB[::-1]]), photometric="rgb")
    assert sources.load(two).pages == 2
    assert np.array_equal(sources.load(two, page=1).image, RGB[::-1])
    frames = [Image.fromarray(np.full((8, 9, 3), level, np.uint8)) for level in (10, 200)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    assert sources.load(file.getvalue(), page=1).image.mean() > 150
    with pytest.raises(ValueError, match="page must be below 2, as many as"):
        sources.load(two, page=2)


def test_a_stack_of_a_microscope_with_its_scale():
    stack = np.random.default_rng(0).integers(100, 4000, (5, 20, 30)).astype(np.uint16)
    file = io.BytesIO()
    tifffile.imwrite(file, stack, imagej=True, resolution=(4, 4), metadata={"unit": "um"})
    found = sources.load(file.getvalue(), page=3)
    assert found.pages == 5 and (found.pixel_size, found.unit) == (0.25, "um")
    order = np.argsort(stack[3].ravel(), kind="stable")
    assert (np.diff(found.image[..., 0].ravel()[order].astype(int)) >= 0).all()
    assert "are drawn as 0 to 255" in found.note


def test_the_scale_of_ome():
    file = io.BytesIO()
    tifffile.imwrite(file, np.zeros((8, 9), np.uint8), ome=True, metadata={
        "axes": "YX", "PhysicalSizeX": 0.65, "PhysicalSizeXUnit": "µm", "PhysicalSizeY": 0.65})
    found = sources.load(file.getvalue())
    assert found.pixel_size == pytest.approx(0.65) and found.unit == "um"


@pytest.mark.parametrize("dots, size", [(300, 25_400 / 300), (72, None), (96, None), (1, None)])
@pytest.mark.parametrize("kind", ["TIFF", "PNG"])
def test_the_scale_of_a_scanner(kind, dots, size):
    file = io.BytesIO()
    Image.fromarray(RGB).save(file, kind, dpi=(dots, dots))
    found = sources.load(file.getvalue())
    assert found.pixel_size == (None if size is None else pytest.approx(size, rel=1e-3))
    assert found.unit == ("px" if size is None else "um")
    assert np.array_equal(found.image, RGB)


def test_a_camera_names_no_scale():
    file = io.BytesIO()
    Image.fromarray(RGB).save(file, "JPEG", dpi=(300, 300))
    assert sources.load(file.getvalue()).pixel_size is None


def geotiff(values, **options):
    with rasterio.io.MemoryFile() as memory:
        with memory.open(driver="GTiff", count=len(values), height=values.shape[1],
                         width=values.shape[2], dtype=values.dtype, crs="EPSG:32633",
                         transform=rasterio.Affine(10, 0, 500_000, 0, -10, 5_000_000),
                         **options) as file:
            file.write(values)
        return memory.read()


def test_bands_gaps_and_the_place_of_a_geotiff():
    values = np.random.default_rng(0).integers(1, 9000, (6, 12, 15)).astype(np.uint16)
    values[:, :3] = 0
    found = sources.load(geotiff(values, nodata=0), bands=(4, 3, 2))
    assert found.bands == 6 and (found.pixel_size, found.unit) == (10, "m")
    assert found.transform == (10, 0, 500_000, 0, -10, 5_000_000) and "32633" in found.crs
    assert not found.known[:3].any() and found.known[3:].all()
    for channel, band in zip(np.moveaxis(found.image[3:], 2, 0), (3, 2, 1)):
        order = np.argsort(values[band, 3:].ravel(), kind="stable")
        assert (np.diff(channel.ravel()[order].astype(int)) >= 0).all()
    one = sources.load(geotiff(values, nodata=0), bands=(2,))
    assert (one.image == one.image[..., :1]).all()
    with pytest.raises(ValueError, match="bands must be a whole number from 1 to 6"):
        sources.load(geotiff(values), bands=(7, 1, 2))


def test_arrays_masks_and_files_of_numbers(tmp_path):
    values = np.linspace(-5, 5, 60).reshape(6, 10)
    values[0, 0] = np.nan
    np.save(tmp_path / "a.npy", values)
    for source in (values, tmp_path / "a.npy", np.ma.masked_invalid(values)):
        found = sources.load(source)
        assert (~found.known).sum() == 1 and found.image[-1, -1, 0] == 255
    many = np.random.default_rng(0).random((6, 10, 12))
    assert sources.load(many, bands=(12, 1, 5)).bands == 12
    with pytest.raises(ValueError, match="source must hold data"):
        sources.load(np.full((3, 4), np.nan))
    with pytest.raises(TypeError, match="source must be a name"):
        sources.load([[1, 2]])
    with pytest.raises(ValueError, match="there is no such file"):
        sources.load(tmp_path / "b.npy")


def test_shipped_pictures_are_those_of_images():
    assert np.array_equal(sources.load("flower").image, images.load("flower"))


def test_a_folder_lists_what_may_be_pictures(tmp_path):
    for name in ("b.TIF", "a.jpg", ".hidden.png", "c.txt"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "d.png").mkdir()
    assert [path.name for path in sources.in_folder(tmp_path)] == ["a.jpg", "b.TIF"]
    with pytest.raises(ValueError, match="folder must be one that is there"):
        sources.in_folder(tmp_path / "none")
