"""Satellite scenes as people have them: their numbers mean what they say, or are refused."""
import json
import warnings

import numpy as np
import pytest
import rasterio
import xarray
from rasterio.crs import CRS
from rasterio.warp import transform

from lessons_lib import features, maps, regions, satellite

UTM, DEGREES, FEET = "EPSG:32633", "EPSG:4326", "EPSG:2263"
GRID = (10.0, 0.0, 500_000.0, 0.0, -10.0, 5_400_000.0)
REFLECTANCE = np.random.default_rng(0).uniform(0.02, 0.5, (20, 30, 4)).round(4)


def write(path, values=REFLECTANCE, *, dtype="uint16", scale=1e-4, offset=0.0, tagged=False,
          nodata=None, crs=UTM, grid=GRID, names=None, driver="GTiff", factor=None):
    """A file of stored numbers, with or without tags that say what they mean."""
    stored = np.round((values - offset) / scale) if factor is None else values * factor
    rows, columns, bands = values.shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with rasterio.open(path, "w", driver=driver, height=rows, width=columns, count=bands,
                           dtype=dtype, crs=crs, nodata=nodata,
                           transform=rasterio.Affine(*grid) if grid else None) as file:
            file.write(np.moveaxis(stored, 2, 0).astype(dtype))
            if tagged:
                file.scales, file.offsets = [scale] * bands, [offset] * bands
            if names:
                file.descriptions = names
    return path


@pytest.mark.parametrize("offset", [0.0, -0.1])
@pytest.mark.parametrize("dtype", ["uint16", "int16", "int32", "float32", "float64"])
def test_scale_and_offset_come_from_the_tags_or_are_named(tmp_path, dtype, offset):
    tagged = write(tmp_path / "tagged.tif", dtype=dtype, offset=offset, tagged=True)
    plain = write(tmp_path / "plain.tif", dtype=dtype, offset=offset)
    for found in (satellite.load(tagged), satellite.load(plain, scale=1e-4, offset=offset)):
        assert np.abs(found.values - REFLECTANCE).max() < 1e-6
        assert found.meters == 10 and found.hectare == pytest.approx(0.01)
        assert found.transform == GRID and CRS.from_wkt(found.crs) == CRS.from_string(UTM)
    with pytest.raises(ValueError, match="divide by that, scale=1e-4; Sentinel-2 files since 2022"):
        satellite.load(plain)


def test_an_offset_that_was_forgotten_is_noticed(tmp_path):
    path = write(tmp_path / "new.tif", offset=-0.1)
    with pytest.warns(UserWarning, match="even the darkest pixels reflect 0.1.*offset=-0.1"):
        satellite.load(path, scale=1e-4)
    with pytest.warns(UserWarning, match="offset"):
        satellite.load(REFLECTANCE + 0.1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        satellite.load(path, scale=1e-4, offset=-0.1)
        satellite.load()


def test_other_formats(tmp_path):
    tif = write(tmp_path / "a.tif")
    vrt = tmp_path / "a.vrt"
    vrt.write_text(f"""<VRTDataset rasterXSize="30" rasterYSize="20">
        {''.join(f'''<VRTRasterBand dataType="UInt16" band="{i}"><SimpleSource>
        <SourceFilename relativeToVRT="1">{tif.name}</SourceFilename><SourceBand>{i}</SourceBand>
        </SimpleSource></VRTRasterBand>''' for i in (1, 2, 3, 4))}</VRTDataset>""")
    assert np.array_equal(
        satellite.load(vrt, scale=1e-4).values, satellite.load(tif, scale=1e-4).values
    )
    np.savez(tmp_path / "one.npz", scene=REFLECTANCE)
    np.save(tmp_path / "one.npy", REFLECTANCE)
    for name in ("one.npz", "one.npy"):
        assert np.array_equal(satellite.load(tmp_path / name).values, REFLECTANCE)
    np.savez(tmp_path / "two.npz", a=REFLECTANCE, b=REFLECTANCE)
    with pytest.raises(ValueError, match=r"holds 2 arrays, \['a', 'b'\]; give one of them"):
        satellite.load(tmp_path / "two.npz")


def test_jpeg_2000(tmp_path):
    drivers = rasterio.drivers.raster_driver_extensions()
    if "jp2" not in drivers:
        pytest.skip("this GDAL has no JPEG 2000")
    smooth = np.add.outer(np.arange(64), np.arange(64))[..., None] / 400 + np.arange(4) / 50 + 0.02
    path = write(tmp_path / "a.jp2", smooth, driver=drivers["jp2"])
    assert np.abs(satellite.load(path, scale=1e-4).values - smooth).max() < 0.02


def test_an_xarray(tmp_path):
    x, y = 500_005 + 10.0 * np.arange(30), 5_399_995 - 10.0 * np.arange(20)
    stored = np.round((np.moveaxis(REFLECTANCE, 2, 0) + 0.1) * 1e4).astype("uint16")
    scene = xarray.DataArray(stored, dims=("band", "y", "x"),
                             coords={"band": ["B02", "B03", "B04", "B08"], "y": y, "x": x},
                             attrs={"scale_factor": 1e-4, "add_offset": -0.1, "crs": UTM})
    found = satellite.load(scene)
    assert np.abs(found.values - REFLECTANCE).max() < 1e-6
    assert found.transform == GRID and found.meters == 10
    turned = satellite.load(scene.isel(band=[3, 2, 1, 0]).transpose("y", "x", "band"))
    assert np.array_equal(turned.values, found.values)


def test_which_bands(tmp_path):
    more = np.concatenate(
        [REFLECTANCE[..., [3, 1, 0]], REFLECTANCE[..., :1] * 0, REFLECTANCE[..., [2]]], 2
    )
    path = write(tmp_path / "five.tif", more, names=("nir", "green", "blue", "haze", "red"))
    named = satellite.load(path, scale=1e-4)
    chosen = satellite.load(path, scale=1e-4, bands=(3, 2, 5, 1))
    words = satellite.load(path, scale=1e-4, bands=("blue", "green", "red", "nir"))
    assert np.abs(named.values - REFLECTANCE).max() < 1e-6
    assert np.array_equal(chosen.values, named.values) and np.array_equal(
        words.values, named.values
    )
    nameless = write(tmp_path / "nameless.tif", more)
    with pytest.raises(ValueError, match="bands must say which of the 5 bands are blue"):
        satellite.load(nameless, scale=1e-4)
    for bands, words in [
        ((1, 2, 3), "bands must be four"),
        ((0, 1, 2, 3), "from 1 to 5, or names; got 0"),
        ((1, 2, 3, 9), "got 9"),
        (("blue", "green", "red", "x"), "got 'x'"),
        (7, "four"),
    ]:
        with pytest.raises(ValueError, match=words):
            satellite.load(path, scale=1e-4, bands=bands)


MISSING = np.zeros((20, 30), bool)
MISSING[:, :12] = True


def declared(tmp_path):
    values = np.where(MISSING[..., None], -1, REFLECTANCE)
    return satellite.load(
        write(tmp_path / "a.tif", values, dtype="int16", nodata=-10_000), scale=1e-4
    )


def named(tmp_path):
    values = np.where(MISSING[..., None], 6.5535, REFLECTANCE)
    return satellite.load(write(tmp_path / "a.tif", values), scale=1e-4, no_data=65_535)


def zeros(tmp_path):
    values = np.where(MISSING[..., None], 0, REFLECTANCE)
    return satellite.load(write(tmp_path / "a.tif", values), scale=1e-4)


def masked(tmp_path):
    return satellite.load(np.ma.masked_array(np.where(MISSING[..., None], -9999, REFLECTANCE),
                                             np.repeat(MISSING[..., None], 4, 2)))


def nan(tmp_path):
    return satellite.load(np.where(MISSING[..., None], np.nan, REFLECTANCE))


@pytest.mark.parametrize("source", [declared, named, zeros, masked, nan])
def test_no_data_is_left_out_by_every_later_step(tmp_path, source):
    bands = source(tmp_path)
    inside = bands.values[~MISSING].reshape(20, 18, 4)
    alone = satellite.Bands(inside)
    assert np.array_equal(bands.known, ~MISSING)
    assert np.abs(inside - REFLECTANCE[~MISSING].reshape(20, 18, 4)).max() < 1e-6
    rgb = satellite.show(bands)
    assert (rgb[MISSING] == 248).all()
    assert np.array_equal(rgb[~MISSING].reshape(20, 18, 3), satellite.show(alone))
    ndvi = satellite.index(bands)
    assert np.isnan(ndvi[MISSING]).all()
    assert np.array_equal(ndvi[~MISSING].reshape(20, 18), satellite.index(alone))
    scaled = features.standardize(bands.values)
    assert scaled[~MISSING].reshape(20, 18, 4) == pytest.approx(features.standardize(inside))
    for name in satellite.FEATURES:
        found, own = satellite.segment(bands, name, 3), satellite.segment(alone, name, 3)
        assert (found.labels[MISSING] == -1).all()
        assert np.array_equal(found.labels[~MISSING].reshape(20, 18), own.labels)
        spectra = satellite.spectra(bands, found.labels)
        assert len(spectra) == 3 and spectra.equals(satellite.spectra(alone, own.labels))
        parts = regions.connected(found.labels)
        assert parts.areas.sum() == (~MISSING).sum()
        table = maps.region_table(parts, pixel_size=bands.meters)
        assert table["share"].sum() == pytest.approx(1)
        tidy = satellite.tidy_map(found.labels, 4)
        assert np.array_equal(tidy == -1, MISSING)


def test_an_index_in_the_dark_is_no_infinity():
    dark = satellite.Bands(np.array([[[0.1, 0.1, -0.003, 0.003], [0.1, 0.1, 0, 0],
                                      [0.1, 0.1, 1e-320, 0.2], [0.1, 0.1, 0.05, 0.25]]]))
    ndvi = satellite.index(dark)
    assert ndvi[0, :2].tolist() == [0, 0] and np.abs(ndvi).max() <= 1
    assert ndvi[0, 3] == pytest.approx(0.2 / 0.3)


@pytest.mark.parametrize("crs, grid, meters", [
    (UTM, (20.0, 0, 0, 0, -20.0, 0), 20), (UTM, (60.0, 0, 0, 0, -15.0, 0), 30),
    (FEET, (100.0, 0, 0, 0, -100.0, 0), 30.48), (UTM, (0, 10.0, 0, 10.0, 0, 0), 10),
    (None, None, 10), (None, (3.0, 0, 0, 0, -3.0, 0), 3)])
def test_areas_are_right_for_the_pixels_of_the_file(tmp_path, crs, grid, meters):
    bands = satellite.load(write(tmp_path / "a.tif", crs=crs, grid=grid), scale=1e-4)
    assert bands.meters == pytest.approx(meters, rel=1e-4)
    assert bands.hectare == pytest.approx(meters ** 2 / 1e4, rel=1e-3)
    assert satellite.load(write(tmp_path / "b.tif"), scale=1e-4, meters=60).hectare == 0.36


def test_a_scene_in_degrees_has_no_hectares(tmp_path):
    path = write(tmp_path / "a.tif", crs=DEGREES, grid=(1e-4, 0, 15, 0, -1e-4, 48))
    bands = satellite.load(path, scale=1e-4)
    assert bands.meters is None
    with pytest.raises(ValueError, match="in degrees.*reproject.*gdalwarp -t_srs EPSG:32633"):
        bands.hectare


@pytest.mark.parametrize("content", [b"", b"II*\0", b"no scene", b"\x93NUMPY"])
@pytest.mark.parametrize("name", ["a.tif", "a.npy", "a.npz", "a.jp2", "a.vrt"])
def test_broken_scenes_get_a_sentence(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match="source=.*could not be read"):
        satellite.load(tmp_path / name)


@pytest.mark.parametrize("options, words", [
    ({"scale": "1e-4"}, "scale must be a number"), ({"offset": np.nan}, "offset must be a number"),
    ({"meters": -1}, "meters must be a number above 0"), ({"no_data": "x"}, "no_data must be")])
def test_parameters_of_load(options, words):
    with pytest.raises(ValueError, match=words):
        satellite.load(REFLECTANCE, **options)
    with pytest.raises(TypeError, match="source must be 'sentinel'"):
        satellite.load(3)
    with pytest.raises(ValueError, match="source must hold real numbers"):
        satellite.load(REFLECTANCE + 1j)


# What leaves the course: GeoTIFF and GeoJSON

LABELS = np.array([[0, 0, 0, 1], [0, 2, 0, 1], [0, 0, 0, -1]])


def test_a_geotiff_of_labels_lies_where_the_scene_lies(tmp_path):
    path = tmp_path / "labels.tif"
    maps.save_labels(path, LABELS, transform=GRID, crs=UTM)
    with rasterio.open(path) as file:
        assert file.transform == rasterio.Affine(*GRID) and file.crs == CRS.from_string(UTM)
        assert file.nodata == -1 and np.array_equal(file.read(1), LABELS)
    assert np.array_equal(maps.load_labels(path), LABELS)
    maps.save_labels(path, LABELS)
    assert np.array_equal(maps.load_labels(path), LABELS)


def area(ring):
    x, y = np.array(ring, float).T
    return 0.5 * abs(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))


def test_polygons_have_their_holes_and_areas(tmp_path):
    found = regions.connected(LABELS)
    table = maps.region_table(found, ["a", "b", "c"])
    made = maps.polygons(found, table)
    json.dumps(made)
    assert [one["properties"]["name"] for one in made["features"]] == ["a", "b", "c"]
    for one, size in zip(made["features"], found.areas):
        outer, *holes = one["geometry"]["coordinates"]
        assert area(outer) - sum(map(area, holes)) == size == one["properties"]["area_px"]
    assert len(made["features"][0]["geometry"]["coordinates"]) == 2  # a ring around the pixel 2


def test_polygons_of_a_projected_scene_are_longitude_and_latitude():
    found = regions.connected(LABELS)
    [corner, *_] = maps.polygons(found, transform=GRID, crs=UTM)["features"][0]["geometry"][
        "coordinates"
    ][0]
    (longitude,), (latitude,) = transform(UTM, DEGREES, [GRID[2]], [GRID[5]])
    assert corner == pytest.approx((longitude, latitude))


def test_regions_that_touch_at_corners_stay_one_feature():
    labels = np.array([[0, 1], [1, 0]])
    found = regions.connected(labels, connectivity=2)
    made = maps.polygons(found)["features"]
    assert [one["geometry"]["type"] for one in made] == ["MultiPolygon", "MultiPolygon"]


def test_no_regions_make_an_empty_collection():
    found = regions.connected(np.full((3, 4), -1))
    assert maps.polygons(found) == {"type": "FeatureCollection", "features": []}
