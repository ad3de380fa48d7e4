"""Tests of lessons_lib.images: every way in, one form out, and a clear word when it fails."""

import importlib.metadata
import io
import os
import pathlib
import socket
import struct
import subprocess
import sys
import warnings
import zlib
from fractions import Fraction

import numpy as np
import PIL.Image
import PIL.ImageFile
import pytest
import skimage.color
import skimage.data
import skimage.data._fetchers
import sklearn.datasets
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lessons_lib import images

steady = settings(derandomize=True, deadline=None, database=None, max_examples=100)

SCIKIT_IMAGE = {
    "astronaut", "brick", "camera", "cell", "chelsea", "clock", "coffee", "coins", "colorwheel",
    "grass", "gravel", "horse", "hubble_deep_field", "immunohistochemistry", "moon", "page",
    "retina", "rocket", "text",
}
SCIKIT_LEARN = {"china", "flower"}

# A small picture without any symmetry: 5 rows, 7 columns.
RGB = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
GREY = np.random.default_rng(1).integers(0, 256, (5, 7), dtype=np.uint8)
ALPHA = np.random.default_rng(2).integers(0, 256, (5, 7), dtype=np.uint8)
DEEP = np.random.default_rng(3).integers(0, 65536, (5, 7), dtype=np.uint16)
DEEP.flat[:5] = 0, 65535, 128, 129, 256


def encode(picture, file_format, **options):
    """Bytes of an array or PIL image saved by Pillow."""
    if isinstance(picture, np.ndarray):
        picture = PIL.Image.fromarray(picture)
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()


def as_rgb(gray):
    """Grey levels repeated in three channels."""
    return np.repeat(gray[..., np.newaxis], 3, axis=2)


def on_white(colors, alpha):
    """Composite 8-bit colours on white, one pixel at a time and in exact numbers."""
    out = np.empty(alpha.shape + (3,), np.uint8)
    for row, column in np.ndindex(alpha.shape):
        cover = Fraction(int(alpha[row, column]), 255)
        for channel in range(3):
            color = int(colors[row, column, channel])
            out[row, column, channel] = round(cover * color + (1 - cover) * 255)
    return out


def exact(number):
    """A Python or NumPy number, also a long double, as a fraction."""
    return Fraction(*number.as_integer_ratio())


def to_8_bits(values):
    """The documented range of each dtype, one number at a time and in exact numbers."""
    top = {"b": 1, "f": 1}.get(values.dtype.kind, 65535 if values.dtype.name == "uint16" else 255)
    levels = [round(exact(value) * 255 / top) for value in values.ravel().tolist()]
    return np.array(levels).reshape(values.shape)


def png(width, height, *, bits=8, color_type=2, rows=None):
    """A PNG built by hand; without rows it has no pixels at all, only the announcement."""
    def chunk(name, data):
        return (struct.pack(">I", len(data)) + name + data
                + struct.pack(">I", zlib.crc32(name + data)))
    header = struct.pack(">IIBBBBB", width, height, bits, color_type, 0, 0, 0)
    pixels = b"" if rows is None else b"".join(b"\0" + row for row in rows)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b""))


def check_form(rgb, shape):
    assert type(rgb) is np.ndarray
    assert rgb.dtype == np.uint8
    assert rgb.shape == (*shape, 3)
    assert rgb.flags.c_contiguous and rgb.flags.writeable and rgb.flags.owndata


# ---- the pictures that ship inside packages

def test_names_are_sorted_and_complete():
    assert images.names() == sorted(SCIKIT_IMAGE | SCIKIT_LEARN)


def test_names_gives_a_fresh_list():
    images.names().clear()
    assert "coins" in images.names()


@pytest.mark.parametrize("name", images.names())
def test_info_says_where_the_picture_comes_from(name):
    picture = images.info(name)
    assert picture.name == name
    assert picture.package == ("scikit-learn" if name in SCIKIT_LEARN else "scikit-image")
    assert picture.title and picture.credit
    shipped = {pathlib.PurePath(file).as_posix()
               for file in importlib.metadata.files(picture.package)}
    folder = "sklearn/datasets/images" if name in SCIKIT_LEARN else "skimage/data"
    assert f"{folder}/{picture.file}" in shipped


def test_credits():
    assert "CC BY 2.0" in images.info("china").credit
    assert "CC BY 2.0" in images.info("flower").credit
    assert "Brooklyn Museum" in images.info("coins").credit
    undocumented = {name for name in images.names()
                    if images.info(name).credit == "see the package"}
    assert undocumented == {"colorwheel", "moon", "page"}


@pytest.mark.parametrize("name", images.names())
def test_named_picture_is_the_one_of_its_package(name, monkeypatch):
    if name in SCIKIT_LEARN:
        expected = sklearn.datasets.load_sample_image(f"{name}.jpg")
    else:
        expected = getattr(skimage.data, name)()

    def refuse(*args, **kwargs):
        pytest.fail("this must not ask for a download")
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(skimage.data._fetchers, "_fetch", refuse)
    loaded = images.load(name)

    check_form(loaded, expected.shape[:2])
    assert images.info(name).color == (expected.ndim == 3)
    if name == "horse":  # scikit-image turns its smooth edges into black and white
        assert np.array_equal(loaded[..., 0] > 127, expected)
        expected = loaded[..., 0]
    assert np.array_equal(loaded, expected if expected.ndim == 3 else as_rgb(expected))


def test_a_name_gives_a_fresh_copy():
    first = images.load("page")
    first[:] = 7
    assert not np.array_equal(images.load("page"), first)


def test_a_name_wins_over_a_file_but_a_path_does_not(tmp_path, monkeypatch):
    (tmp_path / "coins").write_bytes(encode(RGB, "PNG"))
    monkeypatch.chdir(tmp_path)
    assert images.load("coins").shape == (303, 384, 3)
    assert np.array_equal(images.load(pathlib.Path("coins")), RGB)


def test_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(images, "find_spec", lambda package: None)
    with pytest.raises(ValueError, match="'china' ships inside scikit-learn, but .*reinstall"):
        images.load("china")


def test_missing_file_of_a_package_is_named(monkeypatch):
    gone = images.info("coins")._replace(file="gone.png")
    monkeypatch.setitem(images._PICTURES, "coins", gone)
    with pytest.raises(ValueError, match="'coins' ships inside scikit-image, but .*reinstall"):
        images.load("coins")


@pytest.mark.parametrize("name, hint", [
    ("coinz", "Did you mean 'coins'"), ("Astronaut", "Did you mean 'astronaut'"), (None, ""),
    ([], ""),
])
def test_info_of_an_unknown_name(name, hint):
    with pytest.raises(ValueError, match=rf"name=.* is not one of images.names\(\)\..*{hint}"):
        images.info(name)


def test_import_is_light_and_a_name_does_not_import_its_package():
    code = """if True:
        import sys
        from lessons_lib import images
        heavy = {"PIL", "skimage", "sklearn", "scipy", "matplotlib", "pandas"}
        assert not heavy & set(sys.modules), heavy & set(sys.modules)
        images.load("china"), images.load("page")
        assert not (heavy - {"PIL"}) & set(sys.modules), heavy & set(sys.modules)
        print("light")"""
    root = pathlib.Path(images.__file__).parents[1]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert run.stdout.strip() == "light", run.stderr


# ---- files

LOSSLESS = [("PNG", {}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"}), ("BMP", {}),
            ("PPM", {}), ("WEBP", {"lossless": True}), ("TGA", {})]


@pytest.mark.parametrize("file_format, options", LOSSLESS)
def test_rgb_file_comes_back_exactly(tmp_path, file_format, options):
    data = encode(RGB, file_format, **options)
    path = tmp_path / "picture"
    path.write_bytes(data)
    sources = [path, str(path), data, bytearray(data), memoryview(data), PIL.Image.fromarray(RGB)]
    for source in sources:
        loaded = images.load(source)
        check_form(loaded, (5, 7))
        assert np.array_equal(loaded, RGB)


@pytest.mark.parametrize("file_format", ["PNG", "TIFF", "BMP", "GIF", "PPM"])
def test_grey_file_comes_back_exactly(file_format):
    assert np.array_equal(images.load(encode(GREY, file_format)), as_rgb(GREY))


@pytest.mark.parametrize("picture", [RGB, GREY], ids=["rgb", "grey"])
def test_jpeg_is_decoded_as_by_pillow(picture):
    data = encode(picture, "JPEG", quality=90)
    with PIL.Image.open(io.BytesIO(data)) as expected:
        expected = np.asarray(expected.convert("RGB"))
    assert np.array_equal(images.load(data), expected)


@pytest.mark.parametrize("file_format", ["PNG", "TIFF", "BMP", "GIF", "PPM"])
def test_one_bit_file(file_format):
    mask = GREY > 127
    data = encode(PIL.Image.fromarray(mask), file_format)
    assert np.array_equal(images.load(data), as_rgb(np.where(mask, 255, 0)))


def test_alpha_is_composited_on_white():
    with_alpha = np.dstack([RGB, ALPHA])
    expected = on_white(RGB, ALPHA)
    for data in encode(with_alpha, "PNG"), encode(with_alpha, "TIFF"):
        assert np.array_equal(images.load(data), expected)
    grey_alpha = PIL.Image.merge("LA", [PIL.Image.fromarray(GREY), PIL.Image.fromarray(ALPHA)])
    for source in encode(grey_alpha, "PNG"), encode(grey_alpha, "TIFF"), grey_alpha:
        assert np.array_equal(images.load(source), on_white(as_rgb(GREY), ALPHA))


def paletted():
    """Palette picture, its indices and the colours of the palette."""
    indices = (np.arange(35, dtype=np.uint8) % 4).reshape(5, 7)
    colors = np.array([[255, 0, 0], [0, 128, 0], [10, 20, 30], [200, 200, 90]], np.uint8)
    picture = PIL.Image.fromarray(indices)
    picture.putpalette(colors.tobytes())
    return picture, indices, colors


@pytest.mark.parametrize("file_format", ["PNG", "GIF", "BMP", "TIFF"])
def test_palette(file_format):
    picture, indices, colors = paletted()
    assert picture.mode == "P"
    assert np.array_equal(images.load(encode(picture, file_format)), colors[indices])


@pytest.mark.parametrize("file_format", ["PNG", "GIF"])
def test_palette_with_one_transparent_colour(file_format):
    picture, indices, colors = paletted()
    colors[2] = 255
    data = encode(picture, file_format, transparency=2)
    assert np.array_equal(images.load(data), colors[indices])


def test_palette_with_an_alpha_for_each_colour():
    picture, indices, colors = paletted()
    alphas = np.array([0, 100, 200, 255], np.uint8)
    data = encode(picture, "PNG", transparency=alphas.tobytes())
    assert np.array_equal(images.load(data), on_white(colors[indices], alphas[indices]))


def test_one_colour_of_a_picture_without_alpha_may_be_transparent():
    picture = RGB.copy()
    picture[2, 3] = picture[0, 0] = 1, 2, 3
    expected = picture.copy()
    expected[2, 3] = expected[0, 0] = 255
    data = encode(picture, "PNG", transparency=(1, 2, 3))
    assert np.array_equal(images.load(data), expected)
    grey = np.where(GREY == 9, 10, GREY).astype(np.uint8)
    grey[1, 1] = 9
    expected = grey.copy()
    expected[1, 1] = 255
    assert np.array_equal(images.load(encode(grey, "PNG", transparency=9)), as_rgb(expected))


def test_cmyk():
    inks = np.dstack([RGB, ALPHA // 2])
    picture = PIL.Image.merge("CMYK", [PIL.Image.fromarray(inks[..., i]) for i in range(4)])
    white = 1 - inks.astype(float) / 255
    expected = 255 * white[..., :3] * white[..., 3:]
    loaded = images.load(encode(picture, "TIFF"))
    assert np.abs(loaded - expected).max() <= 1
    jpeg = images.load(encode(picture, "JPEG", quality=100, subsampling=0))
    assert np.abs(jpeg - expected).mean() < 3


@pytest.mark.parametrize("mode", ["YCbCr", "HSV", "LAB", "RGBX", "CMYK", "RGBa", "PA"])
def test_other_colour_modes_of_pil_images(mode):
    orange = PIL.Image.new("RGBA", (7, 5), (240, 130, 20, 255))
    if mode == "PA":
        picture = orange.convert("P").convert("PA")
    elif mode == "RGBa":
        picture = orange.convert("RGBa")
    else:
        picture = orange.convert("RGB").convert(mode)
    assert picture.mode == mode
    tolerance = 51 if mode == "PA" else 3  # PA has the few colours of a palette
    assert np.abs(images.load(picture).astype(int) - (240, 130, 20)).max() <= tolerance


@pytest.mark.parametrize("source", [
    pytest.param(encode(DEEP, "PNG"), id="PNG"),
    pytest.param(encode(DEEP, "TIFF"), id="TIFF"),
    pytest.param(encode(PIL.Image.fromarray(DEEP.astype(">u2")), "TIFF"), id="TIFF-big-endian"),
    pytest.param(b"P5 7 5 65535\n" + DEEP.astype(">u2").tobytes(), id="PGM"),
    pytest.param(encode(DEEP, "JPEG2000"), id="JPEG2000"),
    pytest.param(PIL.Image.fromarray(DEEP), id="PIL"),
    pytest.param(PIL.Image.fromarray(DEEP.astype(">u2")), id="PIL-big-endian"),
])
def test_16_bit_grey_uses_the_full_range(source):
    assert np.array_equal(images.load(source), as_rgb(to_8_bits(DEEP)))


def test_16_bit_png_in_32_bit_mode():
    # Older Pillow, such as 10.1, opens 16-bit PNG files in mode I.
    opened = PIL.Image.fromarray(DEEP.astype(np.int32))
    opened.format = "PNG"
    assert opened.mode == "I"
    assert np.array_equal(images.load(opened), as_rgb(to_8_bits(DEEP)))


def test_16_bit_colour_file_is_reduced_to_8_bits():
    deep = np.dstack([DEEP, DEEP.T.reshape(5, 7), DEEP[::-1]])
    data = png(7, 5, bits=16, rows=[row.astype(">u2").tobytes() for row in deep])
    assert np.abs(images.load(data).astype(int) - deep / 257).max() <= 1


def test_12_bit_values_need_stretch():
    twelve = DEEP // 16
    data = encode(twelve, "TIFF")
    assert images.load(data).max() == 16
    stretched = images.load(data, stretch=True)
    assert stretched.min() == 0 and stretched.max() == 255
    assert np.array_equal(stretched, images.load(twelve, stretch=True))


def test_float_tiff():
    values = GREY.astype(np.float32) / 255
    assert np.array_equal(images.load(encode(values, "TIFF")), as_rgb(GREY))
    with pytest.raises(ValueError, match=r"float32 with values .*0 to 1\..*stretch=True"):
        images.load(encode(values * 300, "TIFF"))
    values[1, 1] = np.nan
    with pytest.raises(ValueError, match="source holds NaN or infinity"):
        images.load(encode(values, "TIFF"), stretch=True)


def test_32_bit_tiff():
    assert np.array_equal(images.load(encode(GREY.astype(np.int32), "TIFF")), as_rgb(GREY))
    elevation = GREY.astype(np.int32) * 20 - 500
    with pytest.raises(ValueError, match="int32 with values -.*0 to 255"):
        images.load(encode(elevation, "TIFF"))
    loaded = images.load(encode(elevation, "TIFF"), stretch=True)
    assert np.array_equal(loaded, images.load(GREY, stretch=True))


STORED = {  # how an upright picture lies in a file of that EXIF orientation
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: np.rot90(a, -1),
}


@pytest.mark.parametrize("orientation", STORED)
def test_exif_orientation(orientation):
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    for upright, expected in [(RGB, RGB), (GREY, as_rgb(GREY)), (DEEP, as_rgb(to_8_bits(DEEP)))]:
        stored = np.ascontiguousarray(STORED[orientation](upright))
        for file_format in "PNG", "TIFF":
            data = encode(stored, file_format, exif=exif)
            assert np.array_equal(images.load(data), expected), file_format
    # A photograph: smooth, so that JPEG keeps it nearly as it is.
    smooth = np.add.outer(np.arange(16) * 9, np.arange(24) * 4).astype(np.uint8)
    data = encode(np.ascontiguousarray(STORED[orientation](smooth)), "JPEG", exif=exif, quality=95)
    assert images.load(data).shape == (16, 24, 3)
    assert np.abs(images.load(data).astype(int) - as_rgb(smooth)).max() <= 6
    with PIL.Image.open(io.BytesIO(data)) as opened:
        assert np.array_equal(images.load(opened), images.load(data))


@pytest.mark.parametrize("file_format", ["GIF", "TIFF", "PNG", "WEBP"])
def test_first_frame_of_an_animation(file_format):
    frames = [PIL.Image.fromarray(level) for level in (GREY, 255 - GREY)]
    options = {"lossless": True} if file_format == "WEBP" else {}
    data = encode(frames[0], file_format, save_all=True, append_images=frames[1:], **options)
    with PIL.Image.open(io.BytesIO(data)) as animation:
        assert animation.n_frames == 2
    assert np.array_equal(images.load(data), as_rgb(GREY))


def test_pil_image_is_left_as_it_was():
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    with PIL.Image.open(io.BytesIO(encode(RGB, "PNG", exif=exif))) as opened:
        assert images.load(opened).shape == (7, 5, 3)
        assert opened.size == (7, 5) and opened.getexif()[0x0112] == 6
        assert np.array_equal(np.asarray(opened), RGB)  # still open


def test_home_folder_is_understood(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "mine.png").write_bytes(encode(RGB, "PNG"))
    assert np.array_equal(images.load("~/mine.png"), RGB)


def test_file_is_closed_whatever_happens(tmp_path, monkeypatch):
    opened = []

    def recording_open(*args):
        opened.append(open(*args))
        return opened[-1]
    monkeypatch.setattr(images, "open", recording_open, raising=False)
    good = encode(RGB, "PNG")
    for number, data in enumerate([good, good[:-30], good[:20], b"text", b""]):
        path = tmp_path / f"{number}.png"
        path.write_bytes(data)
        try:
            images.load(path)
        except ValueError:
            pass
        with pytest.raises(ValueError, match="max_pixels"):
            images.load(tmp_path / "0.png", max_pixels=1)
    images.load("page")
    assert len(opened) == 11 and all(file.closed for file in opened)


# ---- files that are refused

@pytest.mark.parametrize("data", [
    b"", b"coins", b"<svg></svg>", b"\x93NUMPY", encode(RGB, "PNG")[:60], encode(RGB, "PNG")[:-30],
    encode(RGB, "JPEG")[:200], encode(RGB, "TIFF")[:50], encode(GREY, "GIF")[:100],
])
def test_unreadable_bytes_and_files(tmp_path, data):
    with pytest.raises(ValueError, match=rf"source \({len(data)} bytes\) could not be read as a "
                                         "picture .*save it as PNG, JPEG or TIFF"):
        images.load(data)
    path = tmp_path / "broken.png"
    path.write_bytes(data)
    with pytest.raises(ValueError, match="source='.*broken.png' could not be read as a picture"):
        images.load(path)


def test_unknown_kind_of_file_has_a_plain_message():
    with pytest.raises(ValueError, match=r"\(Pillow does not know this kind of file\)"):
        images.load(b"some text")


def test_silent_decoder_error_is_named(monkeypatch):
    def fail(self):
        raise EOFError
    monkeypatch.setattr(PIL.ImageFile.ImageFile, "load", fail)
    with pytest.raises(ValueError, match=r"could not be read as a picture \(EOFError\)"):
        images.load(encode(RGB, "PNG"))


def test_closed_pil_image():
    picture = PIL.Image.open(io.BytesIO(encode(RGB, "PNG")))
    picture.close()
    with pytest.raises(ValueError, match=r"source \(a PIL image\) could not be read"):
        images.load(picture)


@pytest.mark.parametrize("file, message", [
    ("coinz", r"'coinz' is neither one of images.names\(\) nor a file in the current folder\. "
              r"Did you mean 'coins'\?"),
    ("COINS", r"Did you mean 'coins'\?"),
    ("leav.png", r"Did you mean 'leaf.png'\?"),
    ("zzzzzzzz", r"current folder\.$"),
    ("", "source='' is neither"),
    (os.path.join("photos", "shel.jpg"), r"no such file\. Did you mean 'shell.jpg'\?"),
    (os.path.join("photos", "coinz"), r"no such file\.$"),
    (os.path.join("pictures", "shell.jpg"), "there is no folder 'pictures'"),
    (pathlib.Path("leav.png"), r"no such file\. Did you mean 'leaf.png'\?"),
    (pathlib.Path("photos"), "'photos' is a folder; give the path of one picture"),
    (".", "is a folder"),
    (os.path.join("leaf.png", "x.png"), "source=.*x.png'(:| cannot be opened)"),
    ("a\0b", "source=.* cannot be opened: .*null"),
    ("x" * 5000, r"source='x{99}\.\.\. cannot be opened"),
    ("https://example.org/leaf.png", "is a web address, and nothing is downloaded: save"),
    ("HTTP://example.org/leaf.png", "nothing is downloaded"),
    (pathlib.Path("https://example.org/leaf.png"), "nothing is downloaded"),
    ("www.example.org/leaf.png", "nothing is downloaded"),
    ("data:image/png;base64,iVBORw0KGgo", "nothing is downloaded"),
])
def test_wrong_paths(tmp_path, monkeypatch, file, message):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "shell.jpg").write_bytes(b"")
    (tmp_path / "leaf.png").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=message):
        images.load(file)


def test_file_without_permission(monkeypatch):
    def refuse(*args):
        raise PermissionError(13, "Permission denied")
    monkeypatch.setattr(images, "open", refuse, raising=False)
    with pytest.raises(ValueError, match="source='secret.png' cannot be opened: .*denied"):
        images.load("secret.png")


@pytest.mark.parametrize("source, given", [
    (None, "NoneType"), (3, "int"), ([[0, 1]], "list"), ((), "tuple"), ({"content": b""}, "dict"),
    (io.BytesIO(b""), "BytesIO"),
])
def test_other_types_are_refused(source, given):
    with pytest.raises(TypeError, match=rf"source must be a name .* got {given}\. .*np.asarray"):
        images.load(source)


# ---- size

@pytest.mark.parametrize("file_format", ["PNG", "TIFF", "JPEG", "GIF", "BMP", "WEBP"])
def test_size_is_checked_before_pixels_are_decoded(monkeypatch, file_format):
    data = encode(RGB, file_format)

    def fail(self):
        raise AssertionError("pixels were decoded")
    monkeypatch.setattr(PIL.ImageFile.ImageFile, "load", fail)
    with pytest.raises(ValueError, match=r"has 5 x 7 = 35 pixels, more than max_pixels=34"):
        images.load(data, max_pixels=34)
    with pytest.raises(ValueError, match="pixels were decoded"):  # the trap works
        images.load(data, max_pixels=35)


def test_size_limit_is_inclusive():
    for source in RGB, encode(RGB, "PNG"), PIL.Image.fromarray(RGB):
        assert images.load(source, max_pixels=35).shape == RGB.shape
        assert images.load(source, max_pixels=np.int64(35)).shape == RGB.shape
        with pytest.raises(ValueError, match="max_pixels=34; give a smaller copy or raise"):
            images.load(source, max_pixels=34)
    with pytest.raises(ValueError, match="303 x 384 = 116,352 pixels, more than max_pixels=100"):
        images.load("coins", max_pixels=100)


def test_default_size_limit():
    huge = np.broadcast_to(np.uint8(0), (5000, 5001))
    with pytest.raises(ValueError, match="25,005,000 pixels, more than max_pixels=25,000,000"):
        images.load(huge)
    with pytest.raises(ValueError, match="25,005,000 pixels, more than max_pixels=25,000,000"):
        images.load(png(5001, 5000))


@pytest.mark.parametrize("side, message", [
    (9_500, "90,250,000 pixels, more than max_pixels=25,000,000"),  # here Pillow warns
    (20_000, "too large; the limits are max_pixels=25,000,000 and Pillow's own"),  # here it raises
])
def test_decompression_bombs(side, message):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=message):
            images.load(png(side, side))


def test_pictures_beyond_pillows_warning_are_read_in_silence(monkeypatch):
    monkeypatch.setattr(PIL.Image, "MAX_IMAGE_PIXELS", 20)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.array_equal(images.load(encode(RGB, "PNG")), RGB)
        monkeypatch.setattr(PIL.Image, "MAX_IMAGE_PIXELS", 15)
        with pytest.raises(ValueError, match="too large.*limit of 30 pixels"):
            images.load(encode(RGB, "PNG"))


@pytest.mark.parametrize("value", [0, -1, 2.5, "9", None, True])
def test_limits_must_be_positive_integers(value):
    with pytest.raises(ValueError, match="max_pixels must be a whole number of 1 or more, got"):
        images.load(RGB, max_pixels=value)
    with pytest.raises(ValueError, match="max_side must be a whole number of 1 or more, got"):
        images.shrink(RGB, value)


@pytest.mark.parametrize("value", [1, None, (0, 255), "yes"])
def test_stretch_must_be_a_bool(value):
    with pytest.raises(TypeError, match="stretch must be True or False; got"):
        images.load(RGB, stretch=value)


# ---- arrays

DTYPES = ["bool", "u1", "i1", "<u2", ">u2", "<i2", ">i2", "u4", ">i4", "u8", "i8",
          "f2", "f4", ">f4", "f8", ">f8", "longdouble"]
SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(lambda size: st.sampled_from(
    [size, *[(*size, channels) for channels in (1, 2, 3, 4)]]))


def legal_values(dtype):
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return st.booleans()
    if dtype == np.float16:  # products with 255 are rounded in it, so no other values
        return st.integers(0, 255).map(lambda level: float(np.float16(level / 255)))
    if dtype.kind == "f":
        return st.floats(0, 1, width=min(dtype.itemsize * 8, 64))
    top = 65535 if dtype.type is np.uint16 else min(255, np.iinfo(dtype).max)
    return st.integers(0, top)


legal_arrays = st.sampled_from(DTYPES).flatmap(
    lambda dtype: hnp.arrays(dtype, SHAPES, elements=legal_values(dtype)))


@steady
@given(legal_arrays)
def test_every_dtype_and_shape(array):
    before = array.copy()
    loaded = images.load(array)
    levels = to_8_bits(array)
    if array.ndim == 2:
        levels = levels[..., np.newaxis]
    channels = levels.shape[2]
    colors = np.broadcast_to(levels[..., :1 if channels < 3 else 3], (*levels.shape[:2], 3))
    expected = on_white(colors, levels[..., -1]) if channels in (2, 4) else colors
    check_form(loaded, array.shape[:2])
    assert np.array_equal(loaded, expected)
    assert np.array_equal(array, before) and not np.shares_memory(loaded, array)


@steady
@given(legal_arrays)
def test_loading_twice_changes_nothing(array):
    loaded = images.load(array)
    again = images.load(loaded)
    assert np.array_equal(again, loaded) and not np.shares_memory(again, loaded)


@steady
@given(hnp.arrays(np.uint8, SHAPES))
def test_memory_layout_does_not_matter(array):
    expected = images.load(array)
    assert np.array_equal(images.load(np.asfortranarray(array)), expected)
    spread = np.zeros((array.shape[0] * 2, array.shape[1] * 3, *array.shape[2:]), np.uint8)
    spread[::2, ::3] = array
    loaded = images.load(spread[::2, ::3])
    check_form(loaded, array.shape[:2])
    assert np.array_equal(loaded, expected)
    flipped = images.load(array[::-1, ::-1])
    check_form(flipped, array.shape[:2])
    assert np.array_equal(flipped[::-1, ::-1], expected)


@steady
@given(hnp.arrays(np.uint8, SHAPES), st.sampled_from(["f2", "f4", "f8", "i8", "u2"]))
def test_8_bits_survive_other_dtypes(array, dtype):
    if dtype == "u2":
        other = array.astype(dtype) * 257
    else:
        other = array.astype(dtype) / 255 if dtype[0] == "f" else array.astype(dtype)
    assert np.array_equal(images.load(other), images.load(array))


@steady
@given(hnp.arrays(np.uint8, SHAPES), st.sampled_from(["PNG", "TIFF"]))
def test_arrays_and_their_files_agree(array, file_format):
    picture = np.squeeze(array, 2) if array.ndim == 3 and array.shape[2] == 1 else array
    assert np.array_equal(images.load(encode(picture, file_format)), images.load(array))


@steady
@given(hnp.arrays(np.float16, (3, 4), elements=st.floats(0, 1, width=16)))
def test_half_floats_are_off_by_a_level_at_most(array):
    assert np.abs(images.load(array)[..., 0] - array.astype(float) * 255).max() <= 0.6


def test_array_likes_with_an_array_inside():
    class Holder:
        def __array__(self, dtype=None, copy=None):
            return RGB
    loaded = images.load(Holder())
    assert np.array_equal(loaded, RGB) and not np.shares_memory(loaded, RGB)


@pytest.mark.parametrize("array, message", [
    (np.zeros((4, 4), complex), "source has dtype complex128; give bool, integers or real floats"),
    (np.full((4, 4), None), "source has dtype object"),
    (np.zeros((4, 4), "datetime64[s]"), r"source has dtype datetime64\[s\]"),
    (np.zeros((4, 4), "timedelta64[s]"), r"source has dtype timedelta64\[s\]"),
    (np.full((4, 4), "a"), "source has dtype <U1"),
    (np.zeros((4, 4), "u1,u1"), "source has dtype "),
])
def test_wrong_dtypes(array, message):
    with pytest.raises(TypeError, match=message):
        images.load(array)


@pytest.mark.parametrize("shape, message", [
    ((0,), r"source is empty: its shape is \(0,\)"),
    ((0, 5), r"source is empty: its shape is \(0, 5\)"),
    ((5, 0, 3), "source is empty"),
    ((5, 5, 0), "source is empty"),
    ((), r"source has shape \(\); it must be \(rows, columns\)"),
    ((9,), r"source has shape \(9,\); it must be .* with 1 to 4 channels$"),
    ((3, 20, 30), r"shape \(3, 20, 30\).*channels last: np.moveaxis\(source, 0, -1\)"),
    ((1, 20, 30), r"np.moveaxis\(source, 0, -1\)"),
    ((4, 20, 5), r"np.moveaxis\(source, 0, -1\)"),
    ((20, 30, 5), r"shape \(20, 30, 5\).*choose three channels, such as source\[..., :3\]"),
    ((20, 30, 13), "choose three channels"),
    ((2, 20, 30, 3), r"choose one picture of the stack, such as source\[0\]"),
    ((1, 1, 1, 1, 1), "source has shape"),
])
@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
def test_wrong_shapes(shape, message, dtype):
    with pytest.raises(ValueError, match=message):
        images.load(np.zeros(shape, dtype))


def test_empty_pil_image():
    with pytest.raises(ValueError, match="source is empty"):
        images.load(PIL.Image.new("L", (0, 5)))


@pytest.mark.parametrize("dtype", ["f2", "f4", ">f8", "longdouble"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("stretch", [False, True])
def test_values_must_be_finite(dtype, bad, stretch):
    array = np.full((3, 3, 4), 0.5, dtype)
    array[1, 2, 1] = bad
    with pytest.raises(ValueError, match="source holds NaN or infinity; replace them first"):
        images.load(array, stretch=stretch)
    array[1, 2, 1] = 0.5
    array[1, 2, 3] = bad
    with pytest.raises(ValueError, match="the alpha channel of source holds NaN or infinity"):
        images.load(array, stretch=stretch)


@pytest.mark.parametrize(
    "array, message",
    [
        (
            np.array([[0, 256]]),
            r"int64 with values 0 to 256; they must lie in 0 to 255\. .*stretch=True",
        ),
        (np.array([[-1, 5]], np.int8), "int8 with values -1 to 5; they must lie in 0 to 255"),
        (np.array([[0, 70000]], np.uint32), "uint32 with values 0 to 70000"),
        (np.array([[0.0, 1.5]]), r"float64 with values 0\.0 to 1\.5; they must lie in 0 to 1\."),
        (np.array([[-0.5, 1.0]], np.float32), r"float32 with values -0\.5 to 1\.0"),
    ],
)
def test_values_out_of_range(array, message):
    with pytest.raises(ValueError, match="source is " + message):
        images.load(array)


def test_alpha_keeps_its_range_under_stretch():
    array = np.dstack([GREY * 3.0, np.full(GREY.shape, 2.0)])
    with pytest.raises(ValueError, match="the alpha channel of source is float64 with values 2.0"):
        images.load(array, stretch=True)
    array[..., 1] = ALPHA / 255
    grey = images.load(GREY, stretch=True)
    assert np.array_equal(images.load(array, stretch=True), on_white(grey, ALPHA))


@steady
@given(st.data(), st.sampled_from([name for name in DTYPES if name not in ("bool", "u1", "i1")
                                   and not name.endswith("u2")]))
def test_one_value_out_of_range_is_always_noticed(data, dtype):
    array = data.draw(hnp.arrays(dtype, SHAPES, elements=legal_values(dtype)))
    kind = array.dtype.kind
    too_large = 1 + 2.0**-8 if kind == "f" else 256
    wrong = data.draw(st.sampled_from([too_large, too_large * 100] + [-1] * (kind != "u")))
    array.flat[data.draw(st.integers(0, array.size - 1))] = wrong
    with pytest.raises(ValueError, match="source is .* with values .*they must lie in 0 to"):
        images.load(array)


def any_values(dtype):
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        width = min(dtype.itemsize * 8, 64)
        return st.floats(allow_nan=False, allow_infinity=False, width=width)
    return hnp.from_dtype(dtype)


@steady
@given(st.sampled_from([name for name in DTYPES if name != "bool"]).flatmap(
    lambda dtype: hnp.arrays(dtype, st.sampled_from([(3, 4), (3, 2, 3)]),
                             elements=any_values(dtype))))
def test_stretch_maps_any_range(array):
    loaded = images.load(array, stretch=True)
    check_form(loaded, array.shape[:2])
    loaded = loaded if array.ndim == 3 else loaded[..., 0]
    values = [exact(value) for value in array.ravel().tolist()]
    low, span = min(values), max(values) - min(values)
    if span == 0:
        assert not loaded.any()
    elif span > Fraction(max(abs(low), abs(low + span))) / 2**44 and span > Fraction(2)**-1000:
        # Within what float64 can tell apart, no level is off by more than rounding.
        for value, level in zip(values, loaded.ravel().tolist()):
            assert abs(level - 255 * (value - low) / span) <= Fraction(501, 1000)
        assert loaded.min() == 0 and loaded.max() == 255


def test_stretch_takes_all_channels_together():
    picture = np.array([[[0, 10, 20], [30, 40, 50]]])
    assert images.load(picture, stretch=True).tolist() == [[[0, 51, 102], [153, 204, 255]]]


@pytest.mark.parametrize("largest", [1.7e308, 65504.0, 1e-300, 5e-324])
def test_stretch_of_extreme_spans(largest):
    dtype = np.float16 if largest == 65504 else np.float64
    array = np.array([[-largest, 0, largest]], dtype)
    if largest == 5e-324:  # half of it is 0
        array *= 2
    assert images.load(array, stretch=True)[0, :, 0].tolist() == [0, 128, 255]


def test_stretch_of_bool_and_of_a_single_value():
    mask = GREY > 127
    assert np.array_equal(images.load(mask, stretch=True), as_rgb(np.where(mask, 255, 0)))
    assert not images.load(np.full((3, 3), 1234.5), stretch=True).any()
    assert images.load(np.ones((3, 3), bool), stretch=True).min() == 255


def test_stretch_of_a_file():
    dull = (GREY // 4 + 60).astype(np.uint8)
    expected = images.load(dull, stretch=True)
    assert expected.min() == 0 and expected.max() == 255
    assert np.array_equal(images.load(encode(dull, "PNG"), stretch=np.True_), expected)


def test_masked_arrays():
    gaps = np.ma.masked_array(GREY, mask=GREY > 200)
    with pytest.raises(ValueError, match=r"source is a masked array; .*source.filled\(value\)"):
        images.load(gaps)
    assert np.array_equal(images.load(np.ma.masked_array(GREY)), as_rgb(GREY))


# ---- damaged files

SAMPLES = [encode(RGB, "PNG"), encode(GREY, "TIFF"), encode(RGB, "JPEG"), encode(GREY, "GIF"),
           encode(RGB, "BMP"), encode(paletted()[0], "PNG"), encode(RGB, "PPM")]


@steady
@given(st.data(), st.sampled_from(SAMPLES))
def test_damaged_files_give_a_picture_or_a_clear_error(data, sample):
    damaged = bytearray(sample[:data.draw(st.integers(0, len(sample)))]
                        if data.draw(st.booleans()) else sample)
    for _ in range(data.draw(st.integers(0, 4)) if damaged else 0):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            loaded = images.load(damaged, max_pixels=10_000)
        except ValueError as error:
            assert str(error).startswith("source")
        else:
            check_form(loaded, loaded.shape[:2])


# ---- gray

@steady
@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 5), st.integers(1, 5), st.just(3))))
def test_gray_has_the_weights_of_scikit_image(image):
    before = image.copy()
    gray = images.gray(image)
    assert gray.dtype == np.float64 and gray.shape == image.shape[:2]
    assert 0 <= gray.min() and gray.max() <= 1
    np.testing.assert_allclose(gray, skimage.color.rgb2gray(image), rtol=0, atol=1e-15)
    assert np.array_equal(image, before)


def test_gray_of_pure_colours():
    image = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]], np.uint8)
    np.testing.assert_allclose(images.gray(image), [[0.2125, 0.7154, 0.0721, 1]], atol=1e-15)


def test_gray_is_exact_where_channels_are_equal():
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    # The point of the shortcut: the weighted sum alone is not exact.
    assert not np.array_equal(skimage.color.rgb2gray(as_rgb(levels)), levels / 255)
    for image in levels, as_rgb(levels), images.load(levels):
        assert np.array_equal(images.gray(image), levels / 255)
    assert np.array_equal(images.gray(images.load("coins")), skimage.data.coins() / 255)


@pytest.mark.parametrize("image, error, message", [
    (RGB / 255, ValueError, r"got a float64 array of shape \(5, 7, 3\)"),
    (RGB.astype(int), ValueError, "got a int64 array|got a int32 array"),
    (np.dstack([RGB, ALPHA]), ValueError, r"of shape \(5, 7, 4\)"),
    (RGB[:, 0, 0], ValueError, r"of shape \(5,\)"),
    (RGB[np.newaxis], ValueError, r"of shape \(1, 5, 7, 3\)"),
    ("coins", TypeError, "got str"),
    (None, TypeError, "got NoneType"),
])
def test_gray_refuses_other_pictures(image, error, message):
    with pytest.raises(error, match="image must be a uint8 array .*as images.load gives it; "
                                    rf".*{message}"):
        images.gray(image)


# ---- shrink

@pytest.mark.parametrize("shape, max_side, expected", [
    ((100, 200, 3), 50, (25, 50, 3)),
    ((200, 100), 50, (50, 25)),
    ((301, 451, 3), 100, (67, 100, 3)),
    ((1000, 3), 10, (10, 1)),
    ((1000, 3, 1), 10, (10, 1, 1)),
    ((40, 40), 39, (39, 39)),
    ((40, 30, 4), 1, (1, 1, 4)),
])
@pytest.mark.parametrize("dtype", [np.uint8, np.float16, np.float32, np.float64])
def test_shrunken_size(shape, max_side, expected, dtype):
    small = images.shrink(np.ones(shape, dtype), max_side)
    assert small.shape == expected
    assert small.dtype == dtype
    assert (small == 1).all()


@pytest.mark.parametrize("image", [RGB, GREY, GREY / 255, GREY.astype(np.float32)])
@pytest.mark.parametrize("max_side", [7, 8, np.int64(1000)])
def test_small_pictures_come_back_as_a_copy(image, max_side):
    same = images.shrink(image, max_side)
    assert np.array_equal(same, image) and same.dtype == image.dtype
    assert not np.shares_memory(same, image)


@steady
@given(st.integers(1, 4), st.integers(1, 4), st.integers(2, 4), st.data())
def test_whole_blocks_become_their_mean(rows, columns, factor, data):
    shape = (rows * factor, columns * factor, 3)
    image = data.draw(hnp.arrays(np.uint8, shape))
    blocks = image.reshape(rows, factor, columns, factor, 3).mean(axis=(1, 3))
    small = images.shrink(image, factor and max(rows, columns))
    assert np.abs(small - blocks).max() <= 1
    gray = images.gray(image)
    blocks = gray.reshape(rows, factor, columns, factor).mean(axis=(1, 3))
    np.testing.assert_allclose(images.shrink(gray, max(rows, columns)), blocks, atol=1e-6)


@steady
@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12), st.just(3))),
       st.integers(1, 12))
def test_shrinking_stays_in_range_and_treats_channels_alike(image, max_side):
    before = image.copy()
    small = images.shrink(image, max_side)
    assert max(small.shape[:2]) == min(max_side, max(image.shape[:2]))
    assert small.min() >= image.min() and small.max() <= image.max()
    for channel in range(3):
        assert np.array_equal(small[..., channel], images.shrink(image[..., channel], max_side))
    assert np.array_equal(image, before)


def test_shrinking_smooths_instead_of_skipping():
    stripes = np.zeros((64, 64), np.uint8)
    stripes[:, ::2] = 200
    assert (images.shrink(stripes, 16) == 100).all()


@pytest.mark.parametrize("image, error, message", [
    (RGB.astype(np.int64), ValueError, "got a int64 array"),
    (RGB > 0, ValueError, "got a bool array"),
    (np.zeros((0, 5), np.uint8), ValueError, r"of shape \(0, 5\)"),
    (RGB[:, 0, 0], ValueError, r"of shape \(5,\)"),
    (RGB[np.newaxis], ValueError, r"of shape \(1, 5, 7, 3\)"),
    ("coins", TypeError, "got str"),
])
def test_shrink_refuses_other_pictures(image, error, message):
    with pytest.raises(error, match=f"image must be a uint8 or float array .*{message}"):
        images.shrink(image, 3)
