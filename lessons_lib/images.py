"""Pictures to segment: some that ship inside packages, and your own.

``load`` takes a name, a file, bytes or an array and always gives the same form,
a uint8 array of shape (rows, columns, 3) in RGB. Nothing is downloaded.
"""

import difflib
import io
import os
import re
import warnings
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np

from lessons_lib import _checks, _decoding


class Info(NamedTuple):
    """A picture that ships inside a package.

    Attributes
    ----------
    name, title : str
        For `load`, and for readers.
    package, file : str
        Where it ships.
    color : bool
        False: grey.
    credit : str
        Author and licence.

    Examples
    --------
    >>> found = info("coins")
    >>> found.package, found.file, found.color
    ('scikit-image', 'coins.png', False)
    """

    name: str
    title: str
    package: str
    file: str
    color: bool
    credit: str


_FOLDERS = {"scikit-image": "skimage/data", "scikit-learn": "sklearn/datasets/images"}
# Credits are those of the docstrings of skimage.data and of sklearn/datasets/images/README.txt.
_PICTURES = {row[0]: Info(*row) for row in [
    ("astronaut", "The astronaut Eileen Collins", "scikit-image", "astronaut.png", True,
     "NASA Great Images, flic.kr/p/r9qvLn; public domain"),
    ("brick", "A brick wall", "scikit-image", "brick.png", False, "CC0Textures, Bricks25; CC0"),
    ("camera", "A man at his camera", "scikit-image", "camera.png", False, "Lav Varshney; CC0"),
    ("cell", "A cell floating in saline", "scikit-image", "cell.png", False,
     "Paul Müller et al. (2018), doi:10.1364/OE.26.010729; CC0"),
    ("chelsea", "A cat", "scikit-image", "chelsea.png", True, "Stefan van der Walt; CC0"),
    ("china", "A pagoda in China", "scikit-learn", "china.jpg", True,
     "danielbuechele, flickr.com/photos/danielbuechele/6061409035; CC BY 2.0"),
    ("clock", "A wall clock, blurred by motion", "scikit-image", "clock_motion.png", False,
     "Stefan van der Walt; public domain"),
    ("coffee", "A cup of coffee", "scikit-image", "coffee.png", True,
     "Rachel Michetti, courtesy of Pikolo Espresso Bar; CC0"),
    ("coins", "Greek coins from Pompeii", "scikit-image", "coins.png", False,
     "Brooklyn Museum Collection, image 51611; no known copyright restrictions"),
    ("colorwheel", "A colour wheel", "scikit-image", "color.png", True, "see the package"),
    ("flower", "A flower", "scikit-learn", "flower.jpg", True,
     "flickr.com/photos/vultilion/6056698931 (the package names danielbuechele); CC BY 2.0"),
    ("grass", "Grass", "scikit-image", "grass.png", False, "linolafett, DeviantArt; CC0"),
    ("gravel", "Gravel", "scikit-image", "gravel.png", False, "CC0Textures, Gravel04; CC0"),
    ("horse", "Silhouette of a horse", "scikit-image", "horse.png", False,
     "Andreas Preuss (marauder), openclipart; CC0"),
    ("hubble_deep_field", "Hubble eXtreme Deep Field", "scikit-image", "hubble_deep_field.jpg",
     True, "NASA, HubbleSite; may be freely used in the public domain"),
    ("immunohistochemistry", "Stained glands of the colon", "scikit-image", "ihc.png", True,
     "Center for Microscopy And Molecular Imaging (CMMI); no known copyright restrictions"),
    ("moon", "Surface of the moon", "scikit-image", "moon.png", False, "see the package"),
    ("page", "A printed page, unevenly lit", "scikit-image", "page.png", False, "see the package"),
    ("retina", "A human retina", "scikit-image", "retina.jpg", True,
     "Mikael Häggström (2014), doi:10.15347/wjm/2014.008; CC0"),
    ("rocket", "A Falcon 9 rocket", "scikit-image", "rocket.jpg", True, "SpaceX; public domain"),
    ("text", "Formulas written by hand", "scikit-image", "text.png", False,
     "Wikipedia, Corner.png; public domain"),
]}


def names():
    """Names of the pictures that ship inside packages.

    Returns
    -------
    list of str
        In alphabetical order.

    Examples
    --------
    >>> names()[:4]
    ['astronaut', 'brick', 'camera', 'cell']
    """
    return sorted(_PICTURES)


def info(name):
    """What is known of a picture that ships inside a package.

    Parameters
    ----------
    name : str
        One of `names()`.

    Returns
    -------
    Info

    Raises
    ------
    ValueError
        If the name is not one of `names()`.

    Examples
    --------
    >>> info("coins").title
    'Greek coins from Pompeii'
    """
    if name not in names():
        raise ValueError(f"name={name!r} is not one of images.names().{_closest(name, names())}")
    return _PICTURES[name]


def load(source, *, max_pixels=25_000_000, stretch=False):
    """Load a picture as 8-bit RGB.

    Parameters
    ----------
    source : str, path, bytes-like, PIL image or array
        One of: a name from `names()` (a name wins over a file of the same name); the path
        of a file; the bytes of a file, as an upload widget gives them; a PIL image; an array
        of shape (rows, columns) or (rows, columns, channels), where 1 channel is grey,
        2 are grey and alpha, 3 are RGB, and 4 are RGB and alpha.
        Every file that Pillow reads will do; of an animation it is the first frame.
    max_pixels : int
        Larger pictures are refused; files before their pixels are decoded.
    stretch : bool
        If True, the smallest value of all colour channels together becomes 0 and the largest
        255, whatever the numbers mean: 12-bit microscope pictures, elevations, reflectances.
        A picture of a single value becomes black.

    Returns
    -------
    (rows, columns, 3) uint8 array
        RGB, C-contiguous and always a copy. Grey is repeated in the three channels, alpha is
        composited on white, the EXIF orientation is applied. Colour profiles are ignored.

    Raises
    ------
    TypeError
        `source` is of another type, or an array of complex numbers, objects, dates or text.
    ValueError
        A file is missing or unreadable; a picture is empty, too large, of another shape, or
        holds values that are not finite or not in range.

    Notes
    -----
    Without `stretch`, the range belongs to the type of the numbers: 0 to 255 for integers,
    0 to 65535 for unsigned 16-bit integers, 0 to 1 for floats, False to True for bool.
    So 8-bit values stored as uint16 come out nearly black: convert them with
    ``astype(np.uint8)``. Pillow itself reduces 16-bit *colour* files to 8 bits.

    Examples
    --------
    >>> load("coins").shape
    (303, 384, 3)
    """
    max_pixels = _checks.whole("max_pixels", max_pixels, 1)
    if not isinstance(stretch, (bool, np.bool_)):
        raise TypeError(f"stretch must be True or False; got {stretch!r}")
    array = _read(source, max_pixels)
    _decoding.check_array(array, max_pixels)
    if array.ndim == 2:
        array = array[..., np.newaxis]
    channels = array.shape[2]
    has_alpha = channels in (2, 4)
    colors = _decoding.to_uint8(array[..., :channels - has_alpha], stretch, "source")
    if has_alpha:
        alpha = _decoding.to_uint8(array[..., -1:], False, "the alpha channel of source")
        alpha = alpha.astype(np.uint16)  # products of two 8-bit numbers need 16 bits
        colors = (colors * alpha + 255 * (255 - alpha) + 127) // 255
    rgb = np.empty(array.shape[:2] + (3,), np.uint8)
    rgb[...] = colors
    return rgb


def stamp(source):
    """What tells one state of a picture's file from another, for who keeps what it made of it.

    Parameters
    ----------
    source : str or path
        As for `load`.

    Returns
    -------
    tuple of int
        Time of the last change and size of the file; empty for a picture that ships inside a
        package, and where there is no file.

    Examples
    --------
    >>> stamp("coins")
    ()
    """
    if isinstance(source, str) and source in _PICTURES:
        return ()
    try:
        found = os.stat(os.path.expanduser(os.fsdecode(source)))
    except (OSError, ValueError, TypeError):
        return ()
    return found.st_mtime_ns, found.st_size


def gray(image):
    """Brightness of a picture.

    Parameters
    ----------
    image : (rows, columns, 3) or (rows, columns) uint8 array
        RGB, as `load` gives it, or grey.

    Returns
    -------
    (rows, columns) float64 array
        0 (black) to 1 (white), with the weights of `skimage.color.rgb2gray`. Where the three
        channels are equal in the whole picture, exactly ``channel / 255``.

    Raises
    ------
    TypeError
        If `image` is no array.
    ValueError
        If it has another dtype or shape.

    Examples
    --------
    >>> gray(np.array([[[255, 255, 255], [255, 0, 0], [0, 255, 0]]], np.uint8)).round(3).tolist()
    [[1.0, 0.212, 0.715]]
    """
    if isinstance(image, np.ma.MaskedArray):
        image = _checks.plain("image", image)
    if not (isinstance(image, np.ndarray) and image.dtype == np.uint8
            and (image.ndim == 2 or image.ndim == 3 and image.shape[2] == 3)):
        raise _wrong_image(image, "a uint8 array of shape (rows, columns, 3) or (rows, columns)")
    if image.ndim == 2:
        return image / 255
    red, green, blue = np.moveaxis(image, 2, 0)
    # The weights add up to 1 only in real numbers, so equal channels go without them.
    if np.array_equal(red, green) and np.array_equal(green, blue):
        return red / 255
    from skimage.color import rgb2gray

    return rgb2gray(image)


def shrink(image, max_side):
    """Make a picture smaller, if needed, so that no side is longer than `max_side`.

    Parameters
    ----------
    image : (rows, columns) or (rows, columns, channels) array of uint8 or float
    max_side : int
        Largest number of rows or columns, in pixels.

    Returns
    -------
    array of the same dtype
        A copy, unchanged if small enough already. Each new pixel is the mean of the old ones it
        covers, so nothing lies outside their range. The sides keep their ratio to the nearest
        pixel. Means of floats are computed in single precision.

    Raises
    ------
    TypeError
        If `image` is no array.
    ValueError
        If it has another dtype or shape, or `max_side` is no whole number of 1 or more.

    Examples
    --------
    >>> shrink(np.array([[0, 10, 100, 200]], np.uint8), 2).tolist()
    [[5, 150]]
    """
    max_side = _checks.whole("max_side", max_side, 1)
    if isinstance(image, np.ma.MaskedArray):
        image = _checks.plain("image", image)
    if not (isinstance(image, np.ndarray) and image.ndim in (2, 3) and image.size
            and (image.dtype == np.uint8 or image.dtype.kind == "f")):
        raise _wrong_image(image, "a uint8 or float array with rows, columns and perhaps channels")
    rows, columns = image.shape[:2]
    longest = max(rows, columns)
    if longest <= max_side:
        return image.copy()
    from PIL import Image

    size = [max(1, round(side * max_side / longest)) for side in (columns, rows)]
    plane_type = np.uint8 if image.dtype == np.uint8 else np.float32
    planes = np.moveaxis(image.reshape(rows, columns, -1), 2, 0).astype(plane_type)
    planes = [Image.fromarray(plane).resize(size, Image.Resampling.BOX) for plane in planes]
    small = np.stack([np.asarray(plane) for plane in planes], axis=-1).astype(image.dtype)
    return small.reshape(small.shape[:2] + image.shape[2:])


def _read(source, max_pixels):
    """Array of any dtype and shape from any kind of source."""
    if isinstance(source, (str, os.PathLike)):
        with _open(source) as file:
            return _decoding.decode(file, f"source={_shown(source)}", max_pixels)
    if isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(source)
        return _decoding.decode(io.BytesIO(data), f"source ({len(data):,} bytes)", max_pixels)
    if isinstance(source, np.ma.MaskedArray) and np.ma.is_masked(source):
        raise ValueError("source is a masked array; fill the gaps first: source.filled(value)")
    if hasattr(source, "__array__"):
        return np.asarray(source)
    from PIL import Image

    if isinstance(source, Image.Image):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _decoding.pixels(source, "source (a PIL image)", max_pixels)
    raise TypeError(
        "source must be a name from images.names(), a path, the bytes of a file, a PIL image "
        f"or an array; got {type(source).__name__}. For lists use np.asarray(source); "
        "for an upload widget widget.value[0]['content']"
    )


def _open(source):
    """Open a named picture or a file, or say what is wrong with the path."""
    if isinstance(source, str) and source in _PICTURES:
        picture = _PICTURES[source]
        package, _, folder = _FOLDERS[picture.package].partition("/")
        spec = find_spec(package)  # finds the folder without the cost of the import
        path = spec and os.path.join(os.path.dirname(spec.origin), folder, picture.file)
        if not path or not os.path.isfile(path):
            raise ValueError(f"source={source!r} ships inside {picture.package}, but that package "
                             "is not installed here or lacks the file; reinstall it")
        return open(path, "rb")
    path = os.path.expanduser(os.fsdecode(source))
    # One slash, because pathlib turns https://... into https:/...
    address = re.match(r"(https?|ftp|s3|file):/|data:|www\.", path, re.IGNORECASE)
    if address and not os.path.isfile(path):
        raise ValueError(f"source={_shown(source)} is a web address, and nothing is downloaded: "
                         "save the picture as a file first, then give the path of that file")
    if os.path.isdir(path):
        raise ValueError(f"source={_shown(source)} is a folder; give the path of one picture")
    try:
        return open(path, "rb")
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        raise ValueError(f"source={_shown(source)} cannot be opened: {error}") from error
    folder, file = os.path.split(path)
    if folder and not os.path.isdir(folder):
        raise ValueError(f"source={_shown(source)}: there is no folder {_shown(folder)}")
    found = sorted(os.listdir(folder or "."))
    if folder or not isinstance(source, str):
        raise ValueError(f"source={_shown(source)}: there is no such file.{_closest(file, found)}")
    raise ValueError(f"source={_shown(source)} is neither one of images.names() nor a file in "
                     f"the current folder.{_closest(file, found + names())}")


def _wrong_image(image, right):
    given = (f"a {image.dtype} array of shape {image.shape}" if isinstance(image, np.ndarray)
             else type(image).__name__)
    error = ValueError if isinstance(image, np.ndarray) else TypeError
    return error(f"image must be {right}, as images.load gives it; got {given}")


def _closest(name, candidates):
    """A sentence with the candidate that is spelled most alike, or nothing."""
    lower = {candidate.lower(): candidate for candidate in candidates}
    close = difflib.get_close_matches(str(name).lower(), lower, n=1)
    return f" Did you mean {lower[close[0]]!r}?" if close else ""


def _shown(path):
    text = repr(os.fsdecode(path))
    return text if len(text) <= 120 else f"{text[:100]}..."
