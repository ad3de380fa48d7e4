"""How `images.load` turns files and arrays of every kind into uint8: the plumbing."""

import warnings

import numpy as np


def decode(file, label, max_pixels):
    """Array of the pixels of an open file; `label` names it in messages."""
    from PIL import Image

    with warnings.catch_warnings():
        # Pillow warns of large pictures and odd metadata; max_pixels guards against the first.
        warnings.simplefilter("ignore")
        try:
            picture = Image.open(file)
        except Image.DecompressionBombError as error:
            raise ValueError(f"{label} is too large; the limits are max_pixels={max_pixels:,} "
                             f"and Pillow's own. {error}") from error
        except Exception as error:  # damaged files make decoders raise nearly anything
            raise _unreadable(label, error) from error
        return pixels(picture, label, max_pixels)


def pixels(picture, label, max_pixels):
    """Array of the pixels of a PIL image: upright, and grey, RGB or RGBA."""
    from PIL import ImageOps

    check_size(picture.height, picture.width, label, max_pixels)
    kind = picture.format
    repair = _tiff(picture, label) if kind == "TIFF" else None
    try:
        if repair is not None:
            picture.load()
            turned = ImageOps.exif_transpose(picture)
            return repair(np.asarray(turned))
        picture = ImageOps.exif_transpose(picture)
        if picture.mode == "I" and kind in ("PNG", "PPM"):
            return np.asarray(picture).astype(np.uint16)  # 16 bits, which Pillow keeps in 32
        if picture.mode[0] in "IF":
            return np.asarray(picture)
        return np.asarray(picture.convert("RGBA" if picture.has_transparency_data else "RGB"))
    except Exception as error:
        raise _unreadable(label, error) from error


# Tags of TIFF.
_BITS, _PHOTOMETRIC, _SAMPLES, _FORMAT = 258, 262, 277, 339
_WHITE_IS_ZERO, _INKS = 0, 5
_UNSIGNED, _SIGNED, _FLOAT = 1, 2, 3


def _tiff(picture, label):
    """What makes the right numbers of the pixels that Pillow gives for this TIFF; None for nothing.

    Pillow keeps only the bits: it takes no notice of the sign of 8 bits, of unsigned 32 bits, nor
    of
    white as zero with more than 8 bits.
    """
    tags = picture.tag_v2
    bits, form = tags.get(_BITS, (1,)), tags.get(_FORMAT, (_UNSIGNED,))
    bits = bits if isinstance(bits, tuple) else (bits,)
    form = form if isinstance(form, tuple) else (form,)
    samples, form = tags.get(_SAMPLES, 1), form[0]
    if form not in (_UNSIGNED, _SIGNED, _FLOAT, 4) or form == 4 and max(bits) > 8:
        raise ValueError(
            f"{label} is a TIFF whose numbers are of a kind that is no picture (sample "
            f"format {form}); save it with whole or real numbers"
        )
    if samples > 4 and tags.get(_PHOTOMETRIC) != _INKS:
        raise ValueError(
            f"{label} is a TIFF of {samples} channels; a picture has at most 4: read it "
            "with another library and give the array of the ones to look at"
        )
    inverted = tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO
    if form == _SIGNED and max(bits) <= 8:
        if samples != 1:
            raise ValueError(
                f"{label} is a TIFF of signed 8-bit numbers in {samples} channels; save "
                "it with unsigned ones, or read it with another library and give the "
                "array"
            )
        # Pillow inverts 8 bits where white is zero: undo that, for -1 is no brightness.
        return lambda values: (255 - values if inverted else values).astype(np.uint8).view(np.int8)
    if samples == 1 and bits[0] == 32 and form == _UNSIGNED and picture.mode == "I":
        most = np.uint32(2**32 - 1)
        return lambda values: (most - values.astype(np.int32).view(np.uint32) if inverted
                               else values.astype(np.int32).view(np.uint32))
    if samples == 1 and inverted and bits[0] > 8:
        if form == _UNSIGNED and bits[0] <= 16:
            most = 2 ** bits[0] - 1
            return lambda values: (most - values.astype(np.int64)).astype(np.uint16)
        raise ValueError(f"{label} is a TIFF in which white is zero, with numbers that have no "
                         "largest one; save it with black as zero")
    return None


def check_array(array, max_pixels):
    """Refuse dtypes and shapes that are not pictures."""
    if array.dtype.kind not in "biuf":
        raise TypeError(f"source has dtype {array.dtype}; give bool, integers or real floats")
    shape = array.shape
    if array.size == 0:
        raise ValueError(f"source is empty: its shape is {shape}")
    if array.ndim not in (2, 3) or array.ndim == 3 and shape[2] > 4:
        if array.ndim == 4:
            hint = "; choose one picture of the stack, such as source[0]"
        elif array.ndim == 3 and shape[0] <= 4:
            hint = "; put the channels last: np.moveaxis(source, 0, -1)"
        elif array.ndim == 3:
            hint = "; choose three channels, such as source[..., :3]"
        else:
            hint = ""
        raise ValueError(f"source has shape {shape}; it must be (rows, columns) or "
                         f"(rows, columns, channels) with 1 to 4 channels{hint}")
    check_size(*shape[:2], "source", max_pixels)


def check_size(rows, columns, label, max_pixels):
    """Refuse pictures over the limit, before their pixels are read."""
    if rows * columns > max_pixels:
        raise ValueError(f"{label} has {rows:,} x {columns:,} = {rows * columns:,} pixels, more "
                         f"than max_pixels={max_pixels:,}; give a smaller copy or raise max_pixels")


def to_uint8(values, stretch, label):
    """Map numbers of any real dtype to 0..255; `label` names them in messages."""
    kind = values.dtype.kind
    if kind == "b":
        return values * np.uint8(255)
    low, high = values.min(), values.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(f"{label} holds NaN or infinity; replace them first, for example with "
                         "np.nan_to_num")
    if stretch:
        halves = values.astype(np.result_type(values, np.float64)) / 2  # so that no span overflows
        halves -= halves.min()
        halves /= halves.max() or 1
        return np.rint(255 * halves).astype(np.uint8)
    if values.dtype == np.uint8:
        return values
    if values.dtype.type is np.uint16:
        return ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)  # 65535 = 255 * 257
    top = 1 if kind == "f" else 255
    if low < 0 or high > top:
        raise ValueError(f"{label} is {values.dtype} with values {low} to {high}; they must lie in "
                         f"0 to {top}. load(source, stretch=True) maps any range to 0..255")
    return np.rint(values * 255 if kind == "f" else values).astype(np.uint8)


def _unreadable(label, error):
    from PIL import UnidentifiedImageError

    reason = str(error) or type(error).__name__
    if isinstance(error, UnidentifiedImageError):
        reason = "Pillow does not know this kind of file"
    return ValueError(f"{label} could not be read as a picture ({reason}); save it as PNG, JPEG "
                      "or TIFF, or read it with another library and give the array")
