"""Pictures in blocks: what adds up, what is exact, what is damaged and named."""

import subprocess
import sys
import zlib

import numpy as np
import pytest
import zarr
from hypothesis import given
from hypothesis import strategies as st

from lessons_lib import features, images, kmeans, landscape, regions, seams, tiles
from lessons_lib.colors import unique_colors

PHOTO = images.shrink(images.load("coffee"), 240)


def stored(folder, image, block):
    """A store with a picture in it."""
    path = folder / "store"
    for i, j in tiles.create(path, *image.shape[:2], block=block):
        tiles.write(path, (i, j), image[tiles.window(path, (i, j))])
    return path


def total(path):
    return tiles.add(tiles.tally(path, place) for place in tiles.places(path))


@pytest.fixture
def path(tmp_path):
    return stored(tmp_path, PHOTO, 70)


def chunk(path, name="image/c/1/1/0"):
    return path / name


def equal(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other))


@given(st.lists(st.integers(1, 239), max_size=6), st.integers(0, 5))
def test_tallies_of_strips_in_any_order_are_the_tally_of_the_whole(cuts, seed):
    strips = [s for s in np.split(PHOTO, sorted(cuts), axis=1) if s.size]
    order = np.random.default_rng(seed).permutation(len(strips))
    assert equal(tiles.add(tiles.count(strips[i]) for i in order), tiles.count(PHOTO))


def test_many_tallies_add_up():
    blocks = [PHOTO[row:row + 3, column:column + 11] for row in range(0, len(PHOTO), 3)
              for column in range(0, PHOTO.shape[1], 11)]
    assert len(blocks) > 500
    assert equal(tiles.add(map(tiles.count, blocks)), tiles.count(PHOTO))


def test_a_tally_holds_the_colours_and_their_counts():
    tally, colors = tiles.count(PHOTO), unique_colors(PHOTO)
    order = np.lexsort(colors.values.T[::-1])
    assert np.array_equal(tally.colors.values, colors.values[order])
    assert np.array_equal(tally.counts, colors.counts[order])
    assert (np.diff(tally.codes) > 0).all() and tally.counts.dtype == np.int64


@pytest.mark.parametrize("k", [2, 5, 9])
def test_kmeans_on_the_sum_is_kmeans_on_the_picture(path, k):
    found = kmeans.fit_colors(total(path).colors, k)
    whole = kmeans.segment(PHOTO, k, start=found.centers)
    assert np.allclose(found.centers, whole.centers, rtol=0, atol=1e-9)
    assert found.inertia == pytest.approx(whole.inertia, rel=1e-12)
    assert tiles.begin(path, total(path), found.labels) == tiles.places(path)
    for place in tiles.places(path):
        tiles.label(path, place)
    assert np.array_equal(zarr.open_group(path)["labels"][:], whole.labels)
    assert tiles.areas(path).tolist() == np.bincount(whole.labels.ravel()).tolist()


@pytest.mark.parametrize("rows, columns, block", [(7, 5, 3), (1, 9, 4), (8, 8, 8), (5, 4, 100)])
def test_blocks_cover_the_picture_once(tmp_path, rows, columns, block):
    places = tiles.create(tmp_path / "s", rows, columns, block=block)
    seen = np.zeros((rows, columns), int)
    for place in places:
        seen[tiles.window(tmp_path / "s", place)] += 1
    assert (seen == 1).all() and places == tiles.places(tmp_path / "s")


def test_a_landscape_block_by_block_has_no_seam(tmp_path):
    path = tmp_path / "s"
    for place in tiles.create(path, 50, 70, block=30):
        tiles.draw(path, place, seed=4, scale=20.0)
    whole = landscape.window(range(50), range(70), seed=4, scale=20.0, octaves=7)
    whole = landscape.colorize(whole)
    assert np.array_equal(zarr.open_group(path)["image"][:], whole)


@pytest.mark.parametrize("kwargs, message", [
    ({"rows": range(0)}, "rows must be a range"), ({"rows": range(-3, 3)}, "rows must be"),
    ({"columns": np.zeros((2, 2), int)}, "columns must be"), ({"octaves": 0}, "octaves must be")])
def test_a_window_that_is_none_is_refused(kwargs, message):
    with pytest.raises(ValueError, match=message):
        landscape.window(**{"rows": range(4), "columns": range(4), **kwargs})


@pytest.mark.parametrize("at", ["labels", "areas", "codes", "table"])
def test_labels_that_were_begun_and_cut_short_are_begun_anew(tmp_path, monkeypatch, at):
    for place in tiles.create(tmp_path, 6, block=4):
        tiles.draw(tmp_path, place)
    tally = tiles.add(tiles.tally(tmp_path, place) for place in tiles.places(tmp_path))
    old = np.zeros(len(tally.codes), int)
    for place in tiles.begin(tmp_path, tally, old):
        tiles.label(tmp_path, place)
    with monkeypatch.context() as context:
        context.setattr(zarr.Group, "create_array", _cut_short(at))
        with pytest.raises(KeyboardInterrupt):
            tiles.begin(tmp_path, tally, old + 1)
    assert tiles.begin(tmp_path, tally, old + 1) == tiles.places(tmp_path)


@pytest.mark.parametrize("at", ["image", "one_in_2", "sums"])
def test_a_store_that_was_begun_and_cut_short_is_begun_anew(tmp_path, monkeypatch, at):
    with monkeypatch.context() as context:
        context.setattr(zarr.Group, "create_array", _cut_short(at))
        with pytest.raises(KeyboardInterrupt):
            tiles.create(tmp_path, 6, block=4)
    assert tiles.create(tmp_path, 6, block=4) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def _cut_short(at, create=zarr.Group.create_array):
    """What makes arrays, interrupted at one of them."""
    def made(group, name, **rest):
        if name == at:
            raise KeyboardInterrupt
        return create(group, name, **rest)
    return made


def test_what_was_made_before_a_cut_is_kept(tmp_path):
    path = tmp_path / "s"
    places = tiles.create(path, 40, block=20)
    for place in places[:3]:
        tiles.draw(path, place)
    assert tiles.create(path, 40, block=20) == places[3:]
    with pytest.raises(ValueError, match="path must be empty or hold a picture of 41 x 41 pixels"):
        tiles.create(path, 41, block=20)


def test_labels_go_on_after_a_cut_and_begin_anew_with_other_clusters(path):
    tally = total(path)
    found = kmeans.fit_colors(tally.colors, 3)
    places = tiles.begin(path, tally, found.labels)
    first = {place: tiles.label(path, place) for place in places[:4]}
    chunk(path, "image/c/0/0/0").write_bytes(b"gone")  # not read again: its labels are there
    assert tiles.begin(path, tally, found.labels) == places[4:]
    for place, piece in first.items():
        again = tiles.label(path, place)
        assert equal(again[:3], piece[:3]) and equal(again.sides, piece.sides)
    assert tiles.begin(path, tally, 2 - found.labels) == places


def test_a_block_whose_labels_were_cut_short_is_done_again(path):
    tally = total(path)
    labels = kmeans.fit_colors(tally.colors, 3).labels
    tiles.begin(path, tally, labels)
    zarr.open_group(path)["labels"][:70, :70] = 1  # labels, but no areas yet
    tiles.label(path, (0, 0))
    assert np.array_equal(zarr.open_group(path)["labels"][:70, :70],
                          tiles.assign(PHOTO[:70, :70], tally.codes, labels))


def absent(file):
    file.unlink()


def garbage(file):
    file.write_bytes(b"not a chunk at all")


def flipped(file):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def short(file):
    file.write_bytes(file.read_bytes()[:-20])


@pytest.mark.parametrize("harm", [absent, garbage, flipped, short])
def test_a_damaged_block_is_named_with_its_place(path, harm):
    harm(chunk(path))
    with pytest.raises(tiles.Damaged, match=r"block \(1, 1\), rows 70 to 139, columns 70 to 139 "):
        tiles.read(path, (1, 1))
    assert np.array_equal(tiles.read(path, (0, 1)), PHOTO[:70, 70:140])


def test_zarr_alone_takes_an_absent_block_for_black(path):
    absent(chunk(path))
    assert not zarr.open_group(path)["image"][70:140, 70:140].any()


def test_a_block_that_was_never_written_is_named(tmp_path):
    tiles.create(tmp_path / "s", 20, block=10)
    with pytest.raises(tiles.Damaged, match=r"block \(0, 1\), .* was never written"):
        tiles.read(tmp_path / "s", (0, 1))


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
def test_a_full_disk_names_the_block_that_was_not_written(tmp_path):
    program = """if True:
        import resource, signal, sys
        import numpy as np
        from lessons_lib import tiles
        tiles.create(sys.argv[1], 200, block=200)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
        noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)
        try:
            tiles.write(sys.argv[1], (0, 0), noise)
        except OSError as error:
            print(error)
        print(tiles.create(sys.argv[1], 200, block=200))"""
    ran = subprocess.run([sys.executable, "-c", program, str(tmp_path / "s")], text=True,
                         capture_output=True, check=True)
    said, left = ran.stdout.splitlines()
    assert said.startswith("block (0, 0), rows 0 to 199, columns 0 to 199 was not written: ")
    assert left == "[(0, 0)]"


def test_a_colour_that_was_not_counted_is_named(path):
    tally = tiles.count(PHOTO[:70])
    tiles.begin(path, tally, np.zeros(len(tally.codes), int))
    with pytest.raises(ValueError, match=r"codes must hold every colour of the block; \(\d+, "):
        for place in tiles.places(path):
            tiles.label(path, place)


def test_labels_that_do_not_fit_are_refused(path):
    tally = total(path)
    for labels in (np.zeros(3, int), np.full(len(tally.codes), 255), tally.codes * 0 - 1):
        with pytest.raises(ValueError, match="labels must be .* numbers from 0 to 254, one for"):
            tiles.begin(path, tally, labels)


@pytest.mark.parametrize(
    "pixels", [PHOTO[:70, :69], PHOTO[:70, :70].astype(float), PHOTO[:70, :70, 0]])
def test_a_block_of_another_shape_or_dtype_is_refused(path, pixels):
    with pytest.raises(ValueError, match=r"pixels must be uint8 of shape \(70, 70, 3\) for block"):
        tiles.write(path, (0, 0), pixels)


@pytest.mark.parametrize("block", [PHOTO[..., 0], PHOTO.astype(int), PHOTO[:0]])
def test_only_rgb_is_counted(block):
    with pytest.raises(ValueError, match="block must be RGB of dtype uint8"):
        tiles.count(block)


def test_no_tally_no_sum():
    with pytest.raises(ValueError, match="tallies must hold at least one"):
        tiles.add([])


@pytest.mark.parametrize("levels, least", [(8, 0.9), (64, 0.99)])
def test_bins_of_other_features_add_up_and_finer_ones_lose_less(levels, least):
    """Colour and place: near k-means on all pixels, the nearer the finer."""
    rows, columns = np.indices(PHOTO.shape[:2])
    whole = np.dstack([PHOTO, rows, columns]).astype(float)
    parts = [tiles.count_bins(whole[:, at:at + 50], 0, 256 / levels, levels=levels)
             for at in range(0, whole.shape[1], 50)]
    binned = tiles.add(parts[::-1])
    assert equal(binned, tiles.count_bins(whole, 0, 256 / levels, levels=levels))
    found = kmeans.fit(binned.colors.values, 4, weights=binned.counts)
    points = whole.reshape(-1, 5)
    direct = kmeans.fit(points, 4, start=found.centers)
    distance = ((points[:, None] - found.centers) ** 2).sum(axis=2).min(axis=1).sum()
    assert least < direct.inertia / distance <= 1 + 1e-12


def test_bins_hold_what_lies_beyond_the_ends_and_exact_sums():
    values = np.array([[[-5.0], [0.2], [99.0]]])
    tally = tiles.count_bins(values, 0.0, 0.5, levels=4)
    assert tally.sums.ravel().tolist() == [-4.8, 99.0] and tally.counts.tolist() == [2, 1]
    bins = features.bin_features(values[:, :2], 2)
    assert len(bins.counts) == 2


@pytest.mark.parametrize("kwargs, message", [
    ({"width": 0.0}, "width must be above 0"), ({"low": np.nan}, "width must be above 0, low"),
    ({"levels": 1}, "levels must be a whole number from 2"),
    ({"features": np.zeros((1, 1, 9)), "levels": 4096}, "levels must be fewer"),
    ({"features": np.full((1, 1, 2), np.nan)}, "features must be finite")])
def test_bins_that_cannot_be_are_refused(kwargs, message):
    with pytest.raises(ValueError, match=message):
        tiles.count_bins(**{"features": np.zeros((2, 2, 1)), "low": 0.0, "width": 1.0, **kwargs})


def test_the_overview_is_every_nth_pixel_and_grey_where_a_block_is_damaged(path):
    small, step = tiles.overview(path, 100)
    assert step == 3 and np.array_equal(small, PHOTO[::3, ::3])
    absent(chunk(path))
    harmed, _ = tiles.overview(path, 100)
    assert (harmed[24:46, 24:46] == 128).all() and np.array_equal(harmed[:24], small[:24])


@pytest.mark.parametrize("rows, columns, block", [(83, 41, 16), (64, 64, 24), (30, 50, 40)])
def test_the_pyramid_holds_the_same_pixels_as_the_blocks(tmp_path, rows, columns, block):
    picture = np.random.default_rng(0).integers(0, 256, (rows, columns, 3), dtype=np.uint8)
    left = tiles.create(tmp_path, rows, columns, block=block)
    for place in left[1:]:
        tiles.write(tmp_path, place, picture[tiles.window(tmp_path, place)])
    picture[tiles.window(tmp_path, left[0])] = 128  # never written
    for step in (1, 2, 3, 4, 6, 8, 16, 24):
        for first in ((0, 0), (step, 2 * step), (1, 3)):
            spans = slice(first[0], rows), slice(first[1], columns - 1)
            assert np.array_equal(tiles.part(tmp_path, *spans, step),
                                  picture[spans][::step, ::step])
    group = zarr.open_group(str(tmp_path))
    assert group["one_in_8"].shape == (-(-rows // 8), -(-columns // 8), 3)
    garbage(chunk(tmp_path, "one_in_8/c/0/1/0"))  # the blocks have it, too
    assert np.array_equal(tiles.part(tmp_path, slice(0, rows), slice(0, columns), 8),
                          picture[::8, ::8])


def test_a_block_writes_its_own_part_of_the_pyramid(tmp_path):
    tiles.create(tmp_path, 50, block=20)  # 8 does not divide it
    names = set(zarr.open_group(str(tmp_path)).array_keys())
    assert names == {"image", "one_in_2", "one_in_4", "sums"}


@pytest.mark.parametrize("size, side, step", [(4000, 500, 8), (4000, 440, 10), (20_000, 440, 48),
                                              (2000, 440, 5)])
def test_an_overview_is_a_little_smaller_where_the_pyramid_serves(tmp_path, size, side, step):
    tiles.create(tmp_path, size, block=1000)
    small, found = tiles.overview(tmp_path, side)
    assert found == step and max(small.shape) == -(-size // step)


def test_checksums_are_those_of_the_pixels(path):
    assert int(zarr.open_group(path)["sums"][0, 0]) == zlib.crc32(PHOTO[:70, :70].tobytes())


# Regions across the borders of blocks

def blocks(labels, rows, columns):
    """Pieces of a label map cut at some rows and columns."""
    rows, columns = ([0, *sorted(set(cuts)), n] for cuts, n in zip((rows, columns), labels.shape))
    return {(i, j): seams.cut(labels[rows[i]:rows[i + 1], columns[j]:columns[j + 1]],
                              (rows[i], columns[j]))
            for i in range(len(rows) - 1) for j in range(len(columns) - 1)}, rows, columns


@given(st.integers(0, 10**6), st.integers(1, 4), st.sets(st.integers(1, 16), max_size=5),
       st.sets(st.integers(1, 13), max_size=5))
def test_joined_regions_are_those_of_the_whole(seed, k, rows, columns):
    labels = np.random.default_rng(seed).integers(-1, k, (17, 14))
    whole = regions.connected(labels)
    pieces, rows, columns = blocks(labels, rows, columns)
    joined = seams.join(pieces)
    assert np.array_equal(joined.areas, whole.areas)
    assert np.array_equal(joined.classes, whole.classes)
    for (i, j), piece in pieces.items():
        there = slice(rows[i], rows[i + 1]), slice(columns[j], columns[j + 1])
        assert np.array_equal(seams.numbers(labels[there], joined, (i, j)), whole.labels[there])
    for number, (row, column) in enumerate(joined.firsts):
        assert whole.labels[row, column] == number


def test_a_spiral_through_many_blocks_is_one_region():
    labels = np.zeros((23, 23), int)
    row, column, step = 0, 0, 0
    length = [22, 22, 22, 20, 20, 18, 18, 16, 16, 14, 14, 12, 12, 10, 10, 8, 8, 6, 6, 4, 4, 2, 2]
    for n in length:
        for _ in range(n):
            labels[row, column] = 1
            row += (0, 1, 0, -1)[step % 4]
            column += (1, 0, -1, 0)[step % 4]
        step += 1
    pieces, _, _ = blocks(labels, range(1, 23, 2), range(1, 23, 3))
    joined = seams.join(pieces)
    assert (joined.classes == 1).sum() == (regions.connected(labels).classes == 1).sum() == 1


def test_regions_end_where_a_block_is_absent():
    labels = np.zeros((2, 9), int)
    pieces, _, _ = blocks(labels, [], [3, 6])
    del pieces[0, 1]
    assert seams.join(pieces).areas.tolist() == [6, 6]


def test_pieces_that_do_not_fit_are_refused():
    pieces = {(0, 0): seams.cut(np.zeros((3, 3), int)), (0, 1): seams.cut(np.zeros((2, 3), int))}
    with pytest.raises(ValueError, match="pieces must fit: blocks .* meet along 3 and 2 pixels"):
        seams.join(pieces)
    with pytest.raises(ValueError, match="pieces must hold at least one block"):
        seams.join({})


def test_the_table_has_the_areas_of_the_table_of_lesson_05():
    from lessons_lib import maps

    labels = np.random.default_rng(3).integers(0, 3, (12, 10))
    pieces, _, _ = blocks(labels, [5], [4])
    names = ["a", "b", "c"]
    made = seams.table(seams.join(pieces), names, pixel_size=10.0)
    whole = maps.region_table(regions.connected(labels), names, pixel_size=10.0)
    same = ["class", "name", "area_px", "area_ha"]
    assert made[same].to_numpy().tolist() == whole[same].to_numpy().tolist()
    with pytest.raises(ValueError, match="names must have one for each class 0 to 2; got 2"):
        seams.table(seams.join(pieces), names[:2])
    with pytest.raises(ValueError, match="pixel_size must be"):
        seams.table(seams.join(pieces), pixel_size=0)
