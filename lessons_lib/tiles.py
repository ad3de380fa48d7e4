"""A picture in blocks, in a Zarr store: written, read, counted and labelled block by block.

No function here holds more than one block. What blocks yield adds up: counts of colours (`Tally`),
areas, and regions (`lessons_lib.seams`). So it does not matter who handles which block, in which
order, or how often. `lessons_lib.workers` hands blocks out to processes.

A store is a Zarr group: "image" holds the picture, "one_in_2", "one_in_4" and "one_in_8" a pyramid
of it, "sums" a checksum of each block; `begin` adds "labels", "areas" of each block, "codes" and
"table" (the label of each colour).
"""

import zlib
from typing import NamedTuple

import numpy as np

from lessons_lib import _checks, landscape, seams
from lessons_lib.colors import Colors

_CODES = 256 ** np.arange(3)[::-1]  # red, green, blue in one number
LEVELS = 2, 4, 8                    # of the pyramid: every second pixel, every fourth, ...
NONE = -1                           # in "sums" and "areas": not written yet


class Damaged(OSError):
    """A block cannot be read, or is not what was written; the message says which and where.

    Examples
    --------
    >>> str(Damaged("block (0, 0) was never written"))
    'block (0, 0) was never written'
    """


class Tally(NamedTuple):
    """What k-means needs to know of some pixels; tallies of blocks add up (`add`).

    Attributes
    ----------
    codes : ndarray of int64, shape (m,)
        A number for each colour, or bin of features; ascending.
    counts : ndarray of int64, shape (m,)
        Pixels that have it.
    sums : ndarray of float64, shape (m, channels)
        Sum of their values. Sums of whole numbers are exact, in any order.

    Examples
    --------
    >>> tally = count(np.array([[[0, 0, 7], [0, 1, 0], [0, 0, 7]]], np.uint8))
    >>> tally.codes.tolist(), tally.counts.tolist(), tally.colors.values.tolist()
    ([7, 256], [2, 1], [[0.0, 0.0, 7.0], [0.0, 1.0, 0.0]])
    """

    codes: np.ndarray
    counts: np.ndarray
    sums: np.ndarray

    @property
    def colors(self):
        """The means, with their counts as weights, as `kmeans.fit_colors` takes them."""
        return Colors(self.sums / self.counts[:, None], self.counts)


def pack(block):
    """One number for the colour of each pixel.

    Parameters
    ----------
    block : ndarray of uint8, shape (rows, columns, 3)

    Returns
    -------
    ndarray of uint32, shape (rows, columns)

    Examples
    --------
    >>> pack(np.array([[[1, 2, 3]]], np.uint8)).tolist()
    [[66051]]
    """
    block = _checks.rgb("block", block)
    packed = np.zeros((*block.shape[:2], 4), np.uint8)
    for channel in range(3):  # half the time of shifts: red is the third of four bytes
        packed[..., 2 - channel] = block[..., channel]
    return packed.view("<u4")[..., 0].astype(np.uint32, copy=False)


def count(block):
    """Count the colours of a block.

    Parameters
    ----------
    block : ndarray of uint8, shape (rows, columns, 3)

    Returns
    -------
    Tally

    Examples
    --------
    Tallies of two halves are the tally of the whole.

    >>> block = np.arange(24, dtype=np.uint8).reshape(2, 4, 3) // 6
    >>> whole, halves = count(block), add([count(block[:, :2]), count(block[:, 2:])])
    >>> all(np.array_equal(a, b) for a, b in zip(whole, halves))
    True
    """
    # Sorted, equal ones lie together. Since NumPy 2 sorting is faster than hashing: a million
    # pixels of a landscape take half the time, of a grainy photograph a tenth.
    packed = pack(block).ravel()
    packed.sort()
    first = np.flatnonzero(np.concatenate([[True], packed[1:] != packed[:-1]]))
    codes, counts = packed[first].astype(np.int64), np.diff(first, append=len(packed))
    return Tally(codes, counts, counts[:, None] * (codes[:, None] // _CODES % 256).astype(float))


def count_bins(features, low, width, *, levels=32):
    """Count the bins of any features of a block; what lies beyond the ends goes into the last bins.

    Parameters
    ----------
    features : ndarray, shape (rows, columns, channels)
        Finite numbers.
    low, width : float, or sequence of one for each channel
        Where the first bin begins, and the width of a bin: the same for all blocks, or their
        tallies would not add up.
    levels : int, 2 to 4096
        Bins along each channel.

    Returns
    -------
    Tally
        `sums` are those of the features themselves, so the mean of a bin is exact.

    Raises
    ------
    ValueError
        If a width is not above 0, there are too many bins to number, or features are not finite.

    Examples
    --------
    >>> tally = count_bins(np.array([[[0.1], [0.2], [0.9]]]), 0.0, 0.5, levels=2)
    >>> tally.counts.tolist(), tally.colors.values.ravel().round(2).tolist()
    ([2, 1], [0.15, 0.9])
    """
    import pandas as pd

    features = _checks.finite("features", features, ndim=3)
    levels = _checks.whole("levels", levels, 2, 4096)
    channels = features.shape[2]
    if levels ** channels > 2 ** 62:
        raise ValueError(f"levels must be fewer: {levels} in each of {channels} channels are more "
                         "bins than can be numbered")
    low, width = (np.broadcast_to(np.asarray(one, float), channels) for one in (low, width))
    if not (width > 0).all() or not np.isfinite([low, width]).all():
        raise ValueError(f"width must be above 0, low and width finite; got {width} and {low}")
    points = features.reshape(-1, channels)
    step = np.clip((points - low) / width, 0, levels - 1).astype(np.int64)
    index, found = pd.factorize(step @ levels ** np.arange(channels)[::-1], sort=True)
    sums = [np.bincount(index, channel) for channel in points.T]
    return Tally(found, np.bincount(index), np.column_stack(sums))


def add(tallies):
    """Add tallies up.

    Parameters
    ----------
    tallies : iterable of Tally
        Of one kind. One after the other is taken and let go.

    Returns
    -------
    Tally
        For colours, and all features that are whole numbers, the same in any order.

    Raises
    ------
    ValueError
        If there is none.

    Examples
    --------
    >>> one = Tally(np.array([3]), np.array([2]), np.array([[6.0]]))
    >>> two = Tally(np.array([3, 9]), np.array([1, 1]), np.array([[3.0], [9.0]]))
    >>> add([one, two]).counts.tolist()
    [3, 1]
    """
    total, waiting = None, []
    for tally in tallies:
        waiting.append(tally)
        # Merging all at once would hold them all, and one by one would merge the sum each time.
        if len(waiting) == 16:
            total, waiting = _merge(waiting if total is None else [total, *waiting]), []
    if total is None and not waiting:
        raise ValueError("tallies must hold at least one; there is none")
    return _merge(waiting if total is None else [total, *waiting])


def _merge(tallies):
    codes, index = np.unique(np.concatenate([t.codes for t in tallies]), return_inverse=True)
    counts = np.zeros(len(codes), np.int64)
    np.add.at(counts, index, np.concatenate([t.counts for t in tallies]))
    sums = np.concatenate([t.sums for t in tallies])
    return Tally(codes, counts, np.column_stack([np.bincount(index, s) for s in sums.T]))


def create(path, rows, columns=None, *, block=1000):
    """Make an empty store, or find the one that is there.

    Parameters
    ----------
    path : str or path
        A folder, or any address that Zarr can write to.
    rows, columns : int, in pixels
        Size of the picture; square by default.
    block : int, in pixels
        Side of a block; those at the right and at the bottom may be smaller. The levels of the
        pyramid are those of `LEVELS` that divide it, so that each block writes its own part.

    Returns
    -------
    list of (down, across)
        The blocks that are not written yet: all of a new store.

    Raises
    ------
    ValueError
        If another picture lies there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     create(folder, 5, 9, block=5)
    [(0, 0), (0, 1)]
    """
    import zarr
    from zarr.codecs import ZstdCodec

    rows = _checks.whole("rows", rows, 1)
    columns = rows if columns is None else _checks.whole("columns", columns, 1)
    block = _checks.whole("block", block, 1)
    group = zarr.open_group(str(path), mode="a")
    if "sums" not in group:  # made last: a call that was cut short begins anew
        down, across = -(-rows // block), -(-columns // block)
        for step in (1, *LEVELS):
            if block % step == 0:
                group.create_array(
                    _name(step), shape=(-(-rows // step), -(-columns // step), 3), dtype="u1",
                    chunks=(block // step, block // step, 3), fill_value=0 if step == 1 else 128,
                    compressors=ZstdCodec(level=-5),  # read often, written once
                    config={"write_empty_chunks": True}, overwrite=True)
        group.create_array("sums", shape=(down, across), chunks=(1, 1), dtype="i8",
                           fill_value=NONE, compressors=None)
    there = group["image"]
    if there.shape != (rows, columns, 3) or there.chunks[0] != block:
        raise ValueError(f"path must be empty or hold a picture of {rows} x {columns} pixels in "
                         f"blocks of {block}; it holds {there.shape[0]} x {there.shape[1]} in "
                         f"blocks of {there.chunks[0]}")
    return [tuple(place) for place in np.argwhere(group["sums"][:] == NONE).tolist()]


def places(path):
    """All blocks of a store, in reading order.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    list of (down, across)

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for place in create(folder, 6, block=4):
    ...         draw(folder, place)
    ...     places(folder)
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    down, across = _open(path)["sums"].shape
    return [(i, j) for i in range(down) for j in range(across)]


def window(path, place):
    """Which pixels of the picture a block holds.

    Parameters
    ----------
    path : str or path
    place : (down, across)

    Returns
    -------
    tuple of two slices

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for place in create(folder, 6, block=4):
    ...         draw(folder, place)
    ...     window(folder, (0, 1))
    (slice(0, 4, None), slice(4, 6, None))
    """
    return _window(_open(path)["image"], place)


def _open(path):
    import zarr

    return zarr.open_group(str(path), mode="r+")


def _name(step):
    return "image" if step == 1 else f"one_in_{step}"


def _window(image, place):
    side = image.chunks[0]
    spans = zip(place, image.shape)
    return tuple(slice(n * side, min((n + 1) * side, length)) for n, length in spans)


def _named(place, there):
    return (f"block {tuple(place)}, rows {there[0].start} to {there[0].stop - 1}, columns "
            f"{there[1].start} to {there[1].stop - 1}")


def write(path, place, pixels):
    """Write one block and its checksum.

    Parameters
    ----------
    path : str or path
    place : (down, across)
    pixels : ndarray of uint8, shape (rows, columns, 3)

    Raises
    ------
    OSError
        If it cannot be written, such as on a full disk; the message names the block.
    ValueError
        If the shape is not that of the block.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for place in create(folder, 6, block=4):
    ...         draw(folder, place)
    ...     write(folder, (1, 1), np.zeros((2, 2, 3), np.uint8))
    ...     int(read(folder, (1, 1)).max())
    0
    """
    group = _open(path)
    there = _window(group["image"], place)
    shape = (*(one.stop - one.start for one in there), 3)
    pixels = np.ascontiguousarray(_checks.plain("pixels", pixels))
    if pixels.shape != shape or pixels.dtype != np.uint8:
        raise ValueError(f"pixels must be uint8 of shape {shape} for {_named(place, there)}; got "
                         f"{pixels.dtype} of shape {pixels.shape}")
    try:
        for step in (1, *LEVELS):
            if _name(step) in group:
                level = group[_name(step)]
                level[_window(level, place)] = pixels[::step, ::step]
        group["sums"][place] = zlib.crc32(pixels)  # last: a block cut short has none
    except OSError as error:
        raise OSError(f"{_named(place, there)} was not written: {error}") from error


def draw(path, place, *, seed=0, scale=300.0):
    """Write one block of an endless landscape (`landscape.window`).

    Parameters
    ----------
    path : str or path
    place : (down, across)
    seed, scale
        Of the landscape, the same for all blocks.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for place in create(folder, 6, block=4):
    ...         draw(folder, place)
    ...     read(folder, (0, 1)).shape
    (4, 2, 3)
    """
    rows, columns = (range(one.start, one.stop) for one in window(path, place))
    heights = landscape.window(rows, columns, seed=seed, scale=scale, octaves=7)
    write(path, place, landscape.colorize(heights))


def read(path, place):
    """Read one block, and compare it with its checksum.

    Parameters
    ----------
    path : str or path
    place : (down, across)

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)

    Raises
    ------
    Damaged
        If it cannot be read, is absent, or is not what was written.

    Notes
    -----
    Zarr itself takes a chunk whose file is absent for black.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for place in create(folder, 6, block=4):
    ...         draw(folder, place)
    ...     read(folder, (1, 1)).shape
    (2, 2, 3)
    """
    group = _open(path)
    image = group["image"]
    there = _window(image, place)
    told = int(group["sums"][place])
    if told == NONE:
        raise Damaged(f"{_named(place, there)} was never written")
    try:
        pixels = np.ascontiguousarray(image[there])
    except Exception as error:  # of the file system, or of the decoder
        raise Damaged(f"{_named(place, there)} cannot be read: {error}") from error
    if zlib.crc32(pixels) != told:
        raise Damaged(f"{_named(place, there)} is not what was written: its checksum differs")
    return pixels


def tally(path, place):
    """`count` of one block of a store.

    Parameters
    ----------
    path : str or path
    place : (down, across)

    Returns
    -------
    Tally

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for place in create(folder, 6, block=4):
    ...         draw(folder, place)
    ...     int(tally(folder, (0, 0)).counts.sum())
    16
    """
    return count(read(path, place))


def begin(path, tally, labels):
    """Note the label of each colour, and make room for the label map.

    Parameters
    ----------
    path : str or path
    tally : Tally
        Of all blocks.
    labels : ndarray of int, shape (m,)
        0 to 254, one for each colour of `tally`.

    Returns
    -------
    list of (down, across)
        The blocks that have no labels yet: all, or those left from a run with the same labels of
        the same colours that was cut short.

    Raises
    ------
    ValueError
        If there is not one label for each colour, or one is out of range.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for place in create(folder, 6, block=4):
    ...         draw(folder, place)
    ...     tally_of = add(tally(folder, place) for place in places(folder))
    ...     left = begin(folder, tally_of, np.zeros(len(tally_of.codes), int))
    ...     len(left)
    4
    """
    labels = _checks.label_map(labels, ndim=1)
    if labels.shape != tally.codes.shape or labels.min() < 0 or labels.max() > 254:
        raise ValueError(f"labels must be {len(tally.codes)} numbers from 0 to 254, one for each "
                         f"colour; got {labels.shape} from {labels.min()} to {labels.max()}")
    group = _open(path)
    k, image = int(labels.max()) + 1, group["image"]
    same = "table" in group and np.array_equal(group["codes"][:], tally.codes) and np.array_equal(
        group["table"][:], labels)
    if not same:
        if "table" in group:
            del group["table"]  # first, and made last: a call that was cut short begins anew
        group.create_array("labels", shape=image.shape[:2], chunks=image.chunks[:2], dtype="u1",
                           fill_value=255, overwrite=True)
        group.create_array("areas", shape=(*group["sums"].shape, k), chunks=(1, 1, k), dtype="i8",
                           fill_value=NONE, compressors=None, overwrite=True)
        group.create_array("codes", data=tally.codes, overwrite=True)
        group.create_array("table", data=labels.astype(np.uint8))
    return [tuple(p) for p in np.argwhere(group["areas"][:].min(axis=2) == NONE).tolist()]


def label(path, place):
    """Label one block, and find its regions; if it is labelled already, only find them.

    Parameters
    ----------
    path : str or path
        `begin` was called for it.
    place : (down, across)

    Returns
    -------
    seams.Piece

    Raises
    ------
    Damaged
        As in `read`.
    ValueError
        If the block has colours that were not counted.
    OSError
        If the labels cannot be written; the message names the block.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for place in create(folder, 6, block=4):
    ...         draw(folder, place)
    ...     tally_of = add(tally(folder, place) for place in places(folder))
    ...     left = begin(folder, tally_of, np.zeros(len(tally_of.codes), int))
    ...     label(folder, (0, 0)).areas.tolist()
    [16]
    """
    group = _open(path)
    there = _window(group["image"], place)
    if int(group["areas"][(*place, 0)]) != NONE:
        return seams.cut(group["labels"][there], (there[0].start, there[1].start))
    labels = assign(read(path, place), group["codes"][:], group["table"][:])
    areas = np.bincount(labels.ravel(), minlength=group["areas"].shape[2])
    try:
        group["labels"][there] = labels
        group["areas"][place] = areas  # last: a block cut short has none
    except OSError as error:
        raise OSError(f"{_named(place, there)} was not written: {error}") from error
    return seams.cut(labels, (there[0].start, there[1].start))


def assign(block, codes, labels):
    """The label of each pixel, by its colour.

    Parameters
    ----------
    block : ndarray of uint8, shape (rows, columns, 3)
    codes : ndarray of int, shape (m,)
        As in `Tally`, ascending.
    labels : ndarray of int, shape (m,)

    Returns
    -------
    ndarray of the dtype of `labels`, shape (rows, columns)

    Raises
    ------
    ValueError
        If a colour is not among the codes.

    Examples
    --------
    >>> block = np.array([[[0, 0, 7], [0, 1, 0]]], np.uint8)
    >>> assign(block, np.array([7, 256]), np.array([4, 5])).tolist()
    [[4, 5]]
    """
    import pandas as pd

    codes, labels = np.asarray(codes), np.asarray(labels)
    index, found = pd.factorize(pack(block).ravel(), size_hint=4096)
    at = np.minimum(np.searchsorted(codes, found), len(codes) - 1)
    strange = codes[at] != found
    if strange.any():
        color = tuple((int(found[strange][0]) // _CODES % 256).tolist())
        raise ValueError(f"codes must hold every colour of the block; {color} is not among them: "
                         "count the block again")
    return labels[at][index].reshape(block.shape[:2])


def areas(path):
    """Pixels of each label in all blocks that are labelled.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    ndarray of int64, shape (k,)

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for place in create(folder, 6, block=4):
    ...         draw(folder, place)
    ...     tally_of = add(tally(folder, place) for place in places(folder))
    ...     left = begin(folder, tally_of, np.zeros(len(tally_of.codes), int))
    ...     piece = label(folder, (0, 0))
    ...     areas(folder).tolist()
    [16]
    """
    found = _open(path)["areas"][:].reshape(-1, _open(path)["areas"].shape[2])
    return found[found[:, 0] != NONE].sum(axis=0)


def part(path, rows, columns, step=1):
    """Any window of the picture at full or reduced size, from the pyramid or block by block.

    Parameters
    ----------
    path : str or path
    rows, columns : slice
        Which pixels, within the picture.
    step : int
        Every so many pixels, counted from the first of the window. The pyramid serves where a level
        of it divides the step and the first row and column.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)
        Grey (128) where a block was never written or, read block by block, is damaged. The pyramid
        has no checksums: it is for looking.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for place in create(folder, 6, block=4):
    ...         draw(folder, place)
    ...     part(folder, slice(1, 6), slice(0, 6), 2).shape
    (3, 3, 3)
    """
    group, step = _open(path), _checks.whole("step", step, 1)
    for level in LEVELS[::-1]:
        if not any(n % level for n in (step, rows.start, columns.start)) and _name(level) in group:
            try:
                return _reduced(group[_name(level)], rows, columns, step, level)
            except Exception:  # of the file system, or of the decoder: the blocks have it, too
                break
    image = group["image"]
    wanted = [range(one.start, one.stop, step) for one in (rows, columns)]
    small = np.full((len(wanted[0]), len(wanted[1]), 3), 128, np.uint8)
    spans = [range(one.start // image.chunks[0], -(-one.stop // image.chunks[0]))
             for one in (rows, columns)]
    for place in ((i, j) for i in spans[0] for j in spans[1]):
        there = _window(image, place)
        # Of the pixels that are wanted, those that lie in this block.
        inside = [np.arange(len(w))[(np.asarray(w) >= t.start) & (np.asarray(w) < t.stop)]
                  for w, t in zip(wanted, there)]
        if not all(map(len, inside)):
            continue
        try:
            block = read(path, place)
        except Damaged:
            continue
        at = [np.asarray(w)[i] - t.start for w, i, t in zip(wanted, inside, there)]
        small[np.ix_(*inside)] = block[np.ix_(*at)]
    return small


def _reduced(image, rows, columns, step, level):
    """A window of a level of the pyramid, some rows of chunks at a time."""
    spans = [slice(one.start // level, -(-one.stop // level)) for one in (rows, columns)]
    step //= level
    height = step * max(1, image.chunks[0] // step)
    return np.concatenate([
        image[top:min(top + height, spans[0].stop), spans[1]][::step, ::step]
        for top in range(spans[0].start, spans[0].stop, height)])


def overview(path, side=500):
    """The whole picture, reduced.

    Parameters
    ----------
    path : str or path
    side : int, in pixels
        The longer side of the result, at most.

    Returns
    -------
    image : ndarray of uint8, shape (rows, columns, 3)
        Every n-th pixel, as by `part`.
    step : int
        That n: up to a fifth larger than it need be, if the pyramid serves then.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for place in create(folder, 6, block=4):
    ...         draw(folder, place)
    ...     overview(folder, 3)[0].shape
    (3, 3, 3)
    """
    rows, columns, _ = _open(path)["image"].shape
    step = -(-max(rows, columns) // _checks.whole("side", side, 1))
    near = [level * -(-step // level) for level in LEVELS[::-1] if _name(level) in _open(path)]
    step = next((one for one in near if one < 1.2 * step), step)
    return part(path, slice(0, rows), slice(0, columns), step), step
