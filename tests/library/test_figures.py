"""Tests of lessons_lib.figures: pictures with alt text, panels, charts, filmstrips."""

import base64
import io
import subprocess
import sys
from html.parser import HTMLParser

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from skimage.data import astronaut

from lessons_lib import drawing, figures, palettes


def some_rgb(rows=6, columns=8, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), dtype=np.uint8)


class Page(HTMLParser):
    """What a browser finds in a piece of HTML: tags with their attributes, and text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def difference(one, other):
    return np.abs(one.astype(float) - other).mean()


def decode(data):
    with Image.open(io.BytesIO(data)) as file:
        return np.asarray(file.convert("RGB"))


# Picture

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@given(texts, texts)
def test_html_carries_text_and_caption_whatever_they_hold(text, caption):
    page = Page(figures.Picture(some_rgb(), text, caption)._repr_html_())
    assert [tag for tag, _ in page.tags] == ["figure", "img", "figcaption"]
    assert page.tags[1][1]["alt"] == text
    assert page.text == caption


def test_html_cannot_be_broken_out_of():
    nasty = '"><script>alert(1)</script> & \'k < 3\''
    html = figures.Picture(some_rgb(), nasty, nasty)._repr_html_()
    assert "<script" not in html
    page = Page(html)
    assert page.tags[1][1]["alt"] == nasty and page.text == nasty


def test_html_holds_the_same_pixels():
    picture = figures.Picture(some_rgb(), "noise")
    page = Page(picture._repr_html_())
    assert [tag for tag, _ in page.tags] == ["figure", "img"]  # no caption, no empty element
    head, data = page.tags[1][1]["src"].split(",")
    assert head == "data:image/png;base64"
    assert np.array_equal(decode(base64.b64decode(data)), picture.rgb)


def test_html_of_a_photograph_stays_small():
    # Noise is what PNG packs worst: 130,000 bytes and no less.
    picture = figures.Picture(some_rgb(200, 220), "a photograph")
    head, data = Page(picture._repr_html_()).tags[1][1]["src"].split(",")
    assert head == "data:image/webp;base64"
    assert len(base64.b64decode(data)) < len(picture.encode())


def test_html_of_a_photograph_shows_the_photograph():
    picture = figures.Picture(astronaut()[:300, 100:400], "an astronaut")
    head, data = Page(picture._repr_html_()).tags[1][1]["src"].split(",")
    data = base64.b64decode(data)
    assert head == "data:image/webp;base64" and len(data) < len(picture.encode()) / 4
    assert difference(decode(data), picture.rgb) < 5


def test_encode():
    picture = figures.Picture(np.full((9, 7, 3), (10, 120, 240), np.uint8), "blue")
    assert np.array_equal(decode(picture.encode(compress_level=1)), picture.rgb)
    jpeg = picture.encode("jpeg", quality=92)
    assert jpeg[:2] == b"\xff\xd8"
    assert np.abs(decode(jpeg).astype(int) - picture.rgb).max() < 5


def test_repr_is_the_text():
    assert repr(figures.Picture(some_rgb(), "k = 4: ARI 0.97")) == "Picture: k = 4: ARI 0.97"


# panels

def test_panels_sizes_and_places():
    arrays = [some_rgb(10, 20, seed) for seed in range(3)]
    picture = figures.panels(dict(zip("abc", arrays)), alt="x", caption="y", columns=2, factor=3)
    assert (picture.text, picture.caption) == ("x", "y")
    head, gap = 26, 12
    assert picture.rgb.shape == (2 * (30 + head) + gap, 2 * 60 + gap, 3)
    for array, (row, column) in zip(arrays, [(0, 0), (0, 1), (1, 0)]):
        top, left = row * (30 + head + gap) + head, column * (60 + gap)
        assert np.array_equal(picture.rgb[top:top + 30, left:left + 60],
                              drawing.enlarge(array, 3))
        title = picture.rgb[top - head:top, left:left + 60]
        assert (title == palettes.PAPER).mean() > 0.8 and title.min() < 100  # some ink
    assert (picture.rgb[:, 60:60 + gap] == palettes.PAPER).all()  # the gap
    assert (picture.rgb[30 + head + gap:, 60 + gap:] == palettes.PAPER).all()  # no fourth panel


def test_title_lines():
    def height(*titles):
        return figures.panels(dict.fromkeys(titles, some_rgb()), alt="x", factor=2).rgb.shape[0]

    assert height("") == 12  # no titles, no space for them
    assert height("one", "") == 12 + 26
    assert height("one", "two\nlines") == 12 + 26 + 17
    assert height("three\nshort\nlines", "one") == 12 + 26 + 34


def test_a_long_title_is_made_small_enough():
    arrays = [np.zeros((50, 100), np.uint8)] * 2
    title = "Along 40 letters, quite long for a panel"
    picture = figures.panels({title: arrays[0], title + " ": arrays[1]}, alt="x", factor=2)
    head = picture.rgb[:26]
    assert (head[:, 200:212] == palettes.PAPER).all()  # it does not reach into its neighbour
    assert head[:, 180:200].min() < 100  # nor is it smaller than need be
    shorter = {"Along, quite": arrays[0], "Along, quite ": arrays[1]}
    small = figures.panels(shorter, alt="x", factor=2).rgb[:26]
    rows = [np.flatnonzero((h < 128).any(axis=(1, 2))) for h in (head, small)]
    assert np.ptp(rows[0]) < np.ptp(rows[1])


def test_panels_of_different_sizes():
    picture = figures.panels([some_rgb(10, 10), some_rgb(30, 20)], alt="x", factor=1)
    assert picture.rgb.shape == (30, 2 * 20 + 12, 3)
    assert np.array_equal(picture.rgb[:10, :10], some_rgb(10, 10))


def test_by_default_up_to_four_panels_in_a_row_each_near_its_usual_size():
    arrays = [np.zeros((100, 100), np.uint8)] * 5
    for n, rows, factor in ((1, 1, 3), (2, 1, 3), (3, 1, 3), (4, 1, 2), (5, 2, 2)):
        rgb = figures.panels(arrays[:n], alt="x").rgb
        side = 100 * factor
        columns = min(n, 4)
        assert rgb.shape[:2] == (rows * (side + 12) - 12, columns * (side + 12) - 12)


def test_panels_take_numbers_as_to_rgb_does():
    values = np.arange(12.0).reshape(3, 4)
    rgb = figures.panels([values], alt="x", factor=1).rgb
    assert np.array_equal(rgb, drawing.to_rgb(values))


@pytest.mark.parametrize("width", [30, 52, 200])  # narrower, as wide, wider than the panels
def test_a_legend_lies_below_the_panels(width):
    arrays = [some_rgb(10, 20, seed) for seed in range(4)]
    legend = some_rgb(24, width, seed=9)
    options = dict(alt="x", columns=2, factor=1)
    named = dict(zip("abcd", arrays))
    plain = figures.panels(named, **options).rgb
    picture = figures.panels(named, legend=legend, **options)
    rows, columns = plain.shape[:2]
    assert columns == 52 and picture.text == "x"
    assert picture.rgb.shape == (rows + 24, max(columns, width), 3)
    assert np.array_equal(picture.rgb[:rows, :columns], plain)
    assert (picture.rgb[:rows, columns:] == palettes.PAPER).all()
    assert np.array_equal(picture.rgb[rows:, :width], legend)
    assert (picture.rgb[rows:, width:] == palettes.PAPER).all()


@pytest.mark.parametrize("pictures, says, message", [
    ({}, "x", "pictures must hold at least one picture; it is empty"),
    ([], "x", "pictures must hold at least one picture; it is empty"),
    ([some_rgb()], "", "says must tell what pictures without titles show; it is empty"),
    ({"": some_rgb()}, " \n", "says must tell what pictures without titles show"),
    ({"a": np.zeros((2, 2, 4))}, "x", "array must be RGB"),
])
def test_panels_say_what_is_wrong(pictures, says, message):
    with pytest.raises(ValueError, match=message):
        figures.panels(pictures, says=says)


@pytest.mark.parametrize("titles, columns, text", [
    (["k = 4"], None, "k = 4. Two clusters stay one."),
    (["a", "b: ARI 0.97"], None, "Two clusters stay one. From left to right: a; b: ARI 0.97."),
    (["two\nlines", "b."], None, "Two clusters stay one. From left to right: two lines; b."),
    (["a", "b", "c", "d"], 2, "Two clusters stay one. Row by row: a; b; c; d."),
])
def test_panels_write_their_alt_text(titles, columns, text):
    pictures = dict.fromkeys(titles, some_rgb())
    made = figures.panels(pictures, says="Two clusters stay one", columns=columns)
    assert made.text == text and f'alt="{text}"' in made._repr_html_()
    assert figures.panels(pictures, alt="All of it").text == "All of it"
    assert figures.panels([some_rgb()] * 2, says="Greys").text == "Greys."
    alone = figures.panels(pictures, columns=columns).text
    assert alone == text.replace("Two clusters stay one.", "").strip()


# charts

def bars(middle=3):
    with figures.style():
        figure, axes = figures.chart(3.2, 2.0)
        axes.bar([0, 1, 2], [1, middle, 2], color=palettes.TRUTH)
        axes.set(title="Three bars", xticks=[])
    return figure


def settings():
    # Asking for the backend would choose one.
    return {name: matplotlib.rcParams[name] for name in matplotlib.rcParams if name != "backend"}


def test_chart_and_finish():
    picture = figures.finish(bars(), alt="Three bars: 1, 3, 2.", caption="c")
    assert (picture.text, picture.caption) == ("Three bars: 1, 3, 2.", "c")
    assert picture.rgb.shape == (200, 320, 3) and picture.rgb.dtype == np.uint8
    blue = (picture.rgb == (0x14, 0x68, 0x9E)).all(axis=-1)
    assert 0.1 < blue.mean() < 0.6
    assert (picture.rgb[0] == 255).all()


def test_chart_axes():
    _, axes = figures.chart(columns=3, sharey=True)
    assert axes.shape == (3,)
    axes[0].set_ylim(0, 7)
    assert axes[2].get_ylim() == (0, 7)


def test_chart_has_the_courses_style_and_leaves_no_trace():
    before = settings()
    figure = bars()
    figures.finish(figure, alt="x")
    assert settings() == before
    [axes] = figure.axes
    assert not axes.spines["top"].get_visible() and axes.spines["bottom"].get_visible()
    assert axes.get_title(loc="left") == "Three bars"
    with figures.style():
        assert settings() != before
    assert settings() == before


def test_the_readers_own_settings_do_not_change_a_chart():
    expected = figures.finish(bars(), alt="x").rgb
    with matplotlib.rc_context({"figure.dpi": 50, "font.size": 30, "savefig.dpi": 37}):
        assert np.array_equal(figures.finish(bars(), alt="x").rgb, expected)


def test_finish_wants_alt():
    with pytest.raises(ValueError, match="alt must say what the chart shows; it is empty"):
        figures.finish(bars(), alt=" ")


def test_nothing_heavy_is_imported_and_never_pyplot():
    code = """
import sys
import lessons_lib
assert not {"numpy", "matplotlib", "sklearn", "skimage", "ipywidgets"} & set(sys.modules)
from lessons_lib import drawing, figures
assert not {"matplotlib", "sklearn", "skimage", "ipywidgets"} & set(sys.modules)
import numpy as np
figure, axes = figures.chart()
axes.plot([1, 2])
picture = figures.finish(figure, alt="x")
figures.panels({"a": drawing.to_rgb(np.eye(9), cmap="signed"), "b": np.eye(9)})
drawing.paint(np.eye(9, dtype=int), factor=9)
assert "matplotlib.figure" in sys.modules
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


# filmstrip

def test_filmstrip_is_what_render_draws():
    def render(k, seed=0):
        return figures.Picture(some_rgb(20, 40, seed=10 * k + seed), f"k is {k}.")

    settings = {"two": {"k": 2}, "three": {"k": 3, "seed": 1}, "four": {"k": 4}}
    strip = figures.filmstrip(render, settings, caption="c")
    assert strip.text == "two: k is 2. three: k is 3. four: k is 4."
    assert strip.caption == "c"
    assert strip.rgb.shape == (2 * (20 + 26) + 12, 2 * 40 + 12, 3)
    for s, (top, left) in zip(settings.values(), [(26, 0), (26, 52), (84, 0)]):
        assert np.array_equal(strip.rgb[top:top + 20, left:left + 40], render(**s).rgb)


# pictures

def test_picture_of_panels(same_picture):
    rows, columns = np.indices((30, 40))
    wave = np.sin(rows / 5) * np.cos(columns / 7)
    mask = (rows - 15) ** 2 + (columns - 20) ** 2 < 200
    labels = np.where(mask, (wave > 0).astype(int), -1)

    def draw(title):
        return figures.panels(
            {
                "Grey": drawing.enlarge(rows + columns, 3),
                "Signed,\ntwo lines": drawing.enlarge(
                    drawing.to_rgb(wave, mask=mask, cmap="signed"), 3
                ),
                title: drawing.paint(labels, factor=3),
            },
            alt="x",
            columns=2,
            factor=1,
        ).rgb

    same_picture("panels", draw("Regions"), tolerance=0.25)
    assert difference(draw("Regions"), draw("")) > 0.5


def test_picture_of_a_chart(same_picture):
    rgb = figures.finish(bars(), alt="x").rgb
    # Other versions of Matplotlib move the axes by a pixel to fit their letters.
    same_picture("chart", rgb, tolerance=4)
    assert difference(rgb, figures.finish(bars(2.5), alt="x").rgb) > 6


def test_large_panels_are_reduced_by_averaging_to_fit_their_column():
    tile = np.zeros((512, 512, 3), np.uint8)
    tile[::2] = 200
    for columns, wide in ((1, 512), (2, 512), (3, 256), (4, 256)):
        picture = figures.panels([tile] * columns, alt="stripes")
        assert picture.rgb.shape[:2] == (wide, columns * wide + 12 * (columns - 1))
    assert (figures.panels([tile] * 3, alt="stripes").rgb[:, :256] == 100).all()
    # Not where the caller says how large a pixel is to be.
    assert figures.panels([tile] * 3, alt="stripes", factor=1).rgb.shape[0] == 512


def test_rows_of_panels_say_where_they_begin():
    shown = figures.panels(
        dict.fromkeys("abc", np.zeros((10, 20), np.uint8)), alt="x", columns=2, factor=1
    )
    assert shown.tops == (0, 48) and 'data-tops="0 48"' in shown._repr_html_()
    assert figures.panels([np.zeros((10, 20), np.uint8)], alt="x").tops == ()


def test_panels_of_a_given_side():
    """A small and a large picture come to one size; a picture of that size stays as it is."""
    small, large, fits = some_rgb(8, 6), some_rgb(96, 72), some_rgb(32, 24)
    rgb = figures.panels([small, large, fits], alt="x", side=32).rgb
    assert rgb.shape == (32, 3 * 24 + 2 * 12, 3)
    assert np.array_equal(rgb[:, :24], drawing.resize(small, 32))
    assert np.array_equal(rgb[:, 36:60], drawing.resize(large, 32))
    assert np.array_equal(rgb[:, 72:], fits)
