"""Two hundred files as people have them: right pixels, or one clear sentence, and nothing is lost.

The files are made here: formats, depths, photometric interpretations, truncations, bombs.
"""
import io
import struct
import warnings
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image

from lessons_lib import images

SHAPE = (9, 14)
GRAY = np.random.default_rng(0).integers(0, 256, SHAPE, dtype=np.uint8)
RGB = np.random.default_rng(1).integers(0, 256, (*SHAPE, 3), dtype=np.uint8)
SMOOTH = np.repeat(
    (np.add.outer(np.arange(64), np.arange(64)) * 2).astype(np.uint8)[..., None], 3, 2
)


def values(dtype):
    """Numbers over the whole range of a type, its ends included; of floats from 0 to 1."""
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        made = np.random.default_rng(2).random(SHAPE)
        made[0, :2] = 0, 1
        return made.astype(dtype)
    if dtype.kind == "b":
        return np.random.default_rng(2).random(SHAPE) > 0.5
    info = np.iinfo(dtype)
    made = np.random.default_rng(2).integers(info.min, info.max, SHAPE, dtype, endpoint=True)
    made[0, :2] = info.min, info.max
    return made


def tiff(array, **options):
    file = io.BytesIO()
    tifffile.imwrite(file, array, **options)
    return file.getvalue()


def pillow(array, kind, mode=None, **options):
    image = Image.fromarray(array)
    if mode:
        image = image.convert(mode)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def stretched(array):
    """What `stretch=True` promises, by other arithmetic: the full range becomes 0 to 255."""
    array = array.astype(np.float64 if array.dtype.kind == "f" else object)
    low, high = array.min(), array.max()
    return np.array([[round(float((v - low) * 255 / (high - low))) for v in row] for row in array])


TYPES = [
    "bool",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "int8",
    "int16",
    "int32",
    "int64",
    "float16",
    "float32",
    "float64",
]
# name: bytes, and the brightness of each pixel as a number that may be stretched
SINGLE = {}
for dtype in TYPES:
    for order in "<>":
        for white in (False, True):
            photometric = "miniswhite" if white else "minisblack"
            made = values(dtype)
            shown = ~made if white and dtype == "bool" else made
            if white and dtype != "bool":
                top = 1 if made.dtype.kind == "f" else np.iinfo(dtype).max
                shown = (
                    (top - made.astype(object)).astype(object)
                    if made.dtype.kind != "f"
                    else top - made
                )
            SINGLE[f"{dtype} {order} {photometric}"] = (
                tiff(made, photometric=photometric, byteorder=order), np.asarray(shown))


@pytest.mark.parametrize("name", SINGLE)
def test_a_tiff_of_one_channel_is_right_or_refused(name):
    data, shown = SINGLE[name]
    try:
        got = images.load(data, stretch=True)
    except ValueError as error:
        clear(error)
        assert not name.startswith(("bool", "uint8", "uint16 <", "float32 < minisblack"))
        return
    assert (got == got[..., :1]).all()
    assert np.abs(got[..., 0].astype(int) - stretched(shown)).max() <= 1, name


@pytest.mark.parametrize("name", SINGLE)
def test_without_stretch_the_range_belongs_to_the_type(name):
    data, shown = SINGLE[name]
    kind = name.split()[0]
    try:
        got = images.load(data)[..., 0].astype(float)
    except ValueError as error:
        clear(error)
        return
    top = {"bool": 1, "uint8": 255, "uint16": 65535, "float32": 1}[kind]
    assert np.abs(got - shown.astype(float) * 255 / top).max() <= 0.5


def clear(error):
    """One sentence that names the parameter, without a traceback of somebody else's."""
    text = str(error)
    assert "source" in text.split(" ")[0] and len(text) < 400 and "\n" not in text
    assert any(word in text for word in ("must", "could not", "too large", "more than", "save it",
                                         "is empty", "no picture", "give", "replace"))


COLOR = {
    "PNG": pillow(RGB, "PNG"), "BMP": pillow(RGB, "BMP"), "TIFF": pillow(RGB, "TIFF"),
    "TIFF deflate": pillow(RGB, "TIFF", compression="tiff_deflate"),
    "TIFF lzw": pillow(RGB, "TIFF", compression="tiff_lzw"),
    "TIFF packbits": pillow(RGB, "TIFF", compression="packbits"),
    "PPM": pillow(RGB, "PPM"), "TGA": pillow(RGB, "TGA"),
    "WebP lossless": pillow(RGB, "WEBP", lossless=True),
    "planar TIFF": tiff(np.moveaxis(RGB, 2, 0), photometric="rgb", planarconfig="separate"),
    "big-endian TIFF": tiff(RGB, photometric="rgb", byteorder=">"),
    "BigTIFF": tiff(RGB, photometric="rgb", bigtiff=True),
    "tiled TIFF": tiff(np.pad(RGB, ((0, 7), (0, 2), (0, 0))), photometric="rgb", tile=(16, 16)),
    "TIFF of two pages": tiff(np.stack([RGB, RGB[::-1]]), photometric="rgb"),
}


@pytest.mark.parametrize("name", COLOR)
def test_lossless_colours_are_right(name):
    got = images.load(COLOR[name])
    assert np.array_equal(got[:SHAPE[0], :SHAPE[1]], RGB)


def pillow_palette():
    file = io.BytesIO()
    Image.fromarray(SMOOTH).quantize(256, dither=Image.Dither.NONE).save(file, "PNG")
    return file.getvalue()


NEAR = {
    "JPEG": pillow(SMOOTH, "JPEG", quality=95),
    "JPEG grey": pillow(SMOOTH[..., 0], "JPEG", quality=95),
    "JPEG CMYK": pillow(SMOOTH, "JPEG", "CMYK", quality=95),
    "JPEG progressive": pillow(SMOOTH, "JPEG", quality=95, progressive=True),
    "WebP": pillow(SMOOTH, "WEBP", quality=95),
    "GIF": pillow(SMOOTH, "GIF"),
    "PNG palette": pillow_palette(),
    "TIFF JPEG": pillow(SMOOTH, "TIFF", compression="jpeg"),
    "TIFF CMYK": pillow(SMOOTH, "TIFF", "CMYK"),
    "TIFF YCbCr": pillow(SMOOTH, "TIFF", "YCbCr"),
    "16-bit RGB TIFF": tiff(SMOOTH.astype(np.uint16) * 257, photometric="rgb"),
    "16-bit PNG": pillow(SMOOTH[..., 0].astype(np.uint16) * 257, "PNG"),
    "JPEG 2000": pillow(SMOOTH, "JPEG2000"),
    "ICO": pillow(SMOOTH, "ICO", sizes=[(64, 64)]),
}


@pytest.mark.parametrize("name", NEAR)
def test_other_pictures_look_as_they_should(name):
    got = images.load(NEAR[name])
    assert got.shape == SMOOTH.shape
    assert np.abs(got.astype(int) - SMOOTH).mean() < 6


def lab():
    """An image in CIELAB: photometric 8."""
    file = io.BytesIO()
    Image.frombytes("LAB", SHAPE[::-1], RGB.tobytes()).save(file, "TIFF")
    return file.getvalue()


def png_bomb(rows, columns):
    """A header that promises many pixels, and a few bytes."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))

    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b""))


BROKEN = {
    "empty": b"",
    "one byte": b"\0",
    "text": b"This is no picture.",
    "HTML": b"<!DOCTYPE html><html>",
    "JSON": b'{"a": 1}',
    "zip": b"PK\x03\x04" + b"\0" * 60,
    "zeros": bytes(4096),
    "random": np.random.default_rng(3).bytes(4096),
    "PDF": b"%PDF-1.7\n%%EOF",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "NumPy": b"\x93NUMPY" + b"\0" * 80,
    "Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n",
    "bomb": png_bomb(60_000, 60_000),
    "wide bomb": png_bomb(10, 100_000_000),
    "tall bomb": png_bomb(100_000_000, 10),
    "too large": png_bomb(6000, 6000),
    "complex TIFF": tiff(np.ones(SHAPE, np.complex64)),
    "five bands": tiff(
        np.ones((*SHAPE, 5), np.uint8), photometric="minisblack", planarconfig="contig"
    ),
    "signed RGB": tiff(RGB.view(np.int8), photometric="rgb"),
    "float RGB": tiff(RGB.astype(np.float32), photometric="rgb"),
    "NaN": tiff(np.full(SHAPE, np.nan, np.float32)),
}
for kind, whole in [("PNG", COLOR["PNG"]), ("JPEG", NEAR["JPEG"]), ("TIFF", COLOR["TIFF"]),
                    ("BMP", COLOR["BMP"]), ("WebP", COLOR["WebP lossless"]),
                    ("TIFF deflate", COLOR["TIFF deflate"]), ("JPEG 2000", NEAR["JPEG 2000"])]:
    for part in (0.02, 0.1, 0.3, 0.6, 0.9):
        BROKEN[f"{kind}, {part:.0%} of it"] = whole[:int(part * len(whole))]
for name in ("PNG", "TIFF", "BMP", "WebP lossless", "TIFF deflate", "TIFF lzw"):
    for seed in range(4):
        rng = np.random.default_rng(seed)
        spoilt = bytearray(COLOR[name])
        for at in rng.integers(0, min(len(spoilt), 400), 12):
            spoilt[at] = rng.integers(256)
        BROKEN[f"{name}, spoilt {seed}"] = bytes(spoilt)


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_gets_a_sentence_or_a_picture(name, tmp_path):
    file = tmp_path / "picture"
    file.write_bytes(BROKEN[name])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for source in (BROKEN[name], file):
            try:
                got = images.load(source)
            except ValueError as error:
                clear(error)
            else:
                assert got.dtype == np.uint8 and got.ndim == 3 and got.shape[2] == 3
                assert "%" in name or "spoilt" in name, "no picture was in it"
    assert file.read_bytes() == BROKEN[name]


def test_a_picture_in_cielab_is_right_or_refused():
    data = lab()
    try:
        got = images.load(data)
    except ValueError as error:
        clear(error)
        return
    from skimage.color import lab2rgb

    stored = RGB.astype(float)
    stored[..., 0] *= 100 / 255
    stored[..., 1:] = RGB[..., 1:].view(np.int8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some of these colours lie outside of sRGB
        expected = lab2rgb(stored)
    assert np.abs(got / 255 - expected).mean() < 0.05


def test_there_are_two_hundred_files():
    assert len(SINGLE) + len(COLOR) + len(NEAR) + len(BROKEN) >= 120
    assert 2 * len(SINGLE) + len(COLOR) + len(NEAR) + 2 * len(BROKEN) >= 200


def test_a_file_whose_name_looks_like_an_address(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "www.example.org.png").write_bytes(COLOR["PNG"])
    assert np.array_equal(images.load("www.example.org.png"), RGB)
    with pytest.raises(ValueError, match="is a web address"):
        images.load("www.example.org/other.png")


def test_a_stamp_tells_a_changed_file(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(COLOR["PNG"])
    first = images.stamp(path)
    assert images.stamp(str(path)) == first != ()
    path.write_bytes(COLOR["PNG"] + b"\0")
    assert images.stamp(path) != first
    assert images.stamp("coins") == images.stamp("no such file") == images.stamp(b"bytes") == ()
