"""The workbench of lesson 09: any picture, work by clicks, files, and what is refused."""

import asyncio
import io
import json
import re
import threading
import weakref

import numpy as np
import pytest
import tifffile
from PIL import Image

from lessons_lib import accuracy, batches, images, recipes, sources
from lessons_lib.explorers import workbench
from lessons_lib.explorers import your_own_picture as explore
from tests.explorers.common import SAYS, good, in_a_loop, until
from tests.library.test_odd_files import BROKEN, COLOR, NEAR, SINGLE


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return explore.explorer(folder=str(tmp_path_factory.mktemp("pictures")))


@pytest.fixture(autouse=True)
def from_the_start(request):
    if "bench" in request.fixturenames:
        request.getfixturevalue("bench").reset()


def png(array, **options):
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG", **options)
    return file.getvalue()


def tool(bench, name, text=""):
    box(bench, "a click").value = name
    box(bench, "name").value = text


def box(bench, description):
    [found] = [one for one in all_below(bench) if getattr(one, "description", "") == description]
    return found


def all_below(widget):
    for child in getattr(widget, "children", ()):
        yield child
        yield from all_below(child)


def words(bench):
    """All that the page says beside the picture."""
    values = [getattr(box, "value", "") for box in all_below(bench)]
    return " ".join(value for value in values if isinstance(value, str))


def table(bench):
    return words(bench).partition("<table")[2]


def classes(bench):
    return bench.result()[-1]


FLAT = np.repeat(np.repeat(np.array([[[20, 20, 220], [20, 200, 20]], [[230, 220, 180],
                                     [20, 20, 220]]], np.uint8), 60, axis=0), 90, axis=1)


def test_a_class_without_pixels_is_not_counted():
    """The minimum area dissolves some of the classes of Felzenszwalb."""
    picture = explore.render("immunohistochemistry", method="Felzenszwalb", k=3, min_area=40)
    found = re.search(r"(\d+) class(?:es)? in (\d+) region", picture.text)
    classes, parts = map(int, found.groups())
    assert 1 <= classes <= parts


def test_every_control_is_labelled(bench):
    for box in all_below(bench):
        if hasattr(box, "description") and box.layout.display != "none":
            assert box.description or not hasattr(box, "disabled")


EVERY = {**{name: data for name, (data, _) in SINGLE.items()}, **COLOR, **NEAR, **BROKEN}


@pytest.mark.parametrize("name", sorted(EVERY))
def test_every_odd_file_is_shown_or_refused_in_a_sentence(bench, name):
    before = bench.picture
    if bench.load("odd file.tif", EVERY[name]):
        good(bench, SAYS["your_own_picture"])
    else:
        assert bench.stage.says["failed"] and bench.picture is before
        assert bench.status.endswith(". The last picture stays.") and "\n" not in bench.status
        assert "Traceback" not in bench.status and len(bench.status) < 500


def test_an_upload_is_named_merged_undone_and_done_again(bench):
    assert bench.load("C:\\mine\\flat.png", png(FLAT))
    bench.controls["k"].value = 3
    assert "flat.png, worked on at 180 × 120" in bench.status
    start = classes(bench)
    tool(bench, "name the class", "water")
    bench.click(10, 10)
    assert classes(bench).names[classes(bench).classes[100, 170]] == "water"
    assert "water" in table(bench)
    tool(bench, "name the region", "pond")
    bench.click(100, 170)
    named = classes(bench)
    assert named.names[named.classes[100, 170]] == "pond"
    assert named.names[named.classes[10, 10]] == "water"
    tool(bench, "merge")
    bench.click(10, 100)
    bench.click(100, 10)
    assert classes(bench).classes[10, 100] == classes(bench).classes[100, 10]
    for _ in range(3):
        bench.buttons["Undo"].click()
    assert classes(bench).names == start.names
    assert bench.buttons["Undo"].disabled and not bench.buttons["Redo"].disabled
    bench.buttons["Redo"].click()
    bench.buttons["Redo"].click()
    assert np.array_equal(classes(bench).classes, named.classes)
    bench.buttons["Undo"].click()
    bench.controls["k"].value = 2  # names stay at their pixels
    assert "water" in classes(bench).names


def test_clicks_arrive_at_the_pixel_of_both_panels(bench):
    bench.load("flat.png", png(FLAT))
    bench.controls["k"].value = 3
    tool(bench, "name the class", "here")
    for place in bench.picture.places:
        bench.history.forget(((), (), None))
        bench.heard("click", place.left + place.width - 2, place.top + 2, None)
        assert classes(bench).names[classes(bench).classes[2, 170]] == "here"
    bench.history.forget(((), (), None))
    bench.heard("click", 1, 1, None)  # a title
    bench.heard("drag", 5, 60, 0)
    assert "here" not in classes(bench).names


def test_a_name_is_asked_for(bench):
    tool(bench, "name the class", " ")
    bench.heard("click", 50, 60, None)
    assert bench.stage.says == {"text": "Write a name into the box first. The last picture stays.",
                                "failed": True}


def test_a_line_of_known_length_gives_the_scale(bench):
    bench.load("flat.png", png(np.repeat(np.repeat(FLAT, 8, axis=0), 8, axis=1)))
    tool(bench, "measure", "90 µm")
    bench.click(10, 100)
    bench.click(10, 400)  # 300 pixels of the working size, 3 of the picture each
    size, unit = bench.history.state[2]
    assert unit == "um" and size == pytest.approx(90 / 900)
    assert "area_um2" in table(bench)
    for wrong in ("", "90", "90 miles", "-3 um", "nan um"):
        tool(bench, "measure", wrong)
        bench.heard("click", 50, 60, None)
        bench.heard("click", 90, 60, None)
        assert "The length must be a number above 0" in bench.status


def test_points_of_truth_say_how_good_the_map_is(bench):
    bench.load("flat.png", png(FLAT))
    bench.controls["k"].value = 3
    tool(bench, "name the class", "water")
    bench.click(10, 10)
    tool(bench, "point of truth", "water")
    for at in ((20, 20), (30, 40), (100, 160)):
        bench.click(*at)
    tool(bench, "point of truth", "meadow")
    bench.click(100, 10)
    found = explore.trust(classes(bench), bench.history.state[1])
    assert found.right.tolist() == [True, True, True, False]
    assert accuracy.in_words(found)[:-1] in table(bench)
    bench.buttons["Undo"].click()
    assert "3 of 3 points are right" in table(bench)


def test_drawn_points_wait_for_a_name(bench):
    bench.load("flat.png", png(FLAT))
    bench.controls["k"].value = 3
    bench.buttons["Draw 20 points"].click()
    points = bench.history.state[1]
    assert len(points) == 21 and not any(name for *_, name in points)
    tool(bench, "point of truth", "water")
    bench.click(*points[4][:2])
    assert bench.history.state[1] == (*points[:4], (*points[4][:2], "water"), *points[5:])


def test_what_is_exported_is_what_is_shown(bench, tmp_path):
    bench.load("flat.png", png(FLAT, dpi=(254, 254)))
    bench.controls["k"].value = 3
    for kind in "name the class", "point of truth":
        tool(bench, kind, "water")
        bench.click(10, 10)
    where = box(bench, "write into")
    where.value = str(tmp_path / "out")
    bench.buttons["Export"].click()
    where.value = ""
    made = classes(bench)
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(bench.made)
    assert bench.made["overlay.png"] == bench.picture.encode()
    assert np.array_equal(np.load(tmp_path / "out" / "labels.npy"), made.classes)
    assert (tmp_path / "out" / "flat.png").read_bytes() == png(FLAT, dpi=(254, 254))
    kept = json.loads((tmp_path / "out" / "settings.json").read_text(encoding="utf-8"))
    assert kept["names"] == made.names and kept["picture"] == "flat.png"
    assert kept["unit"] == "um" and kept["pixel_size"] == pytest.approx(100, rel=1e-3)
    assert "download map.zip" in words(bench)


@pytest.mark.parametrize("kind", ["name the class", "name the region"])
def test_what_a_click_is_expected_to_do_is_what_it_does(bench, kind):
    tool(bench, kind, "here")
    place = bench.picture.places[0]
    x, y = place.left + place.width // 3, place.top + place.height // 2
    expected = bench.expects(x, y)
    bench.heard("click", x, y, None)
    assert bench.settings == expected and "here" in classes(bench).names
    assert bench.expects(x, y) is None  # a second click there changes nothing
    tool(bench, kind, "  ")
    assert bench.expects(x, y) is None
    tool(bench, "read only", "here")
    assert bench.expects(x, y) is None
    tool(bench, kind, "there")
    assert bench.expects(bench.picture.rgb.shape[1] - 1, bench.picture.rgb.shape[0] - 1) is None


def test_full_size_is_exported_when_asked_for(bench):
    box(bench, "export at full size").value = True
    bench.buttons["Export"].click()
    labels = np.load(io.BytesIO(bench.made["labels.npy"]))
    image = images.load("flower")
    right = recipes.finished(recipes.full_size(image, bench.recipe)).classes
    assert np.array_equal(labels, right)


def test_the_list_fills_and_the_folder_is_named(bench, tmp_path):
    own = explore.explorer(folder=str(tmp_path))
    assert "a.png" not in dict(own.controls["picture"].options)
    (tmp_path / "a.png").write_bytes(png(FLAT))
    (tmp_path / "b.tif").write_bytes(b"nothing")
    made = explore.explorer(folder=str(tmp_path))
    assert "a.png" in dict(made.controls["picture"].options)
    made.controls["picture"].value = str(tmp_path / "a.png")
    good(made, SAYS["your_own_picture"])
    made.buttons["Name the folder"].click()
    assert "1 pictures" in words(made) and "Passed over" in words(made)
    assert "b.tif" in words(made).partition("Passed over")[2]
    made.controls["picture"].value = str(tmp_path / "b.tif")
    assert made.stage.says["failed"] and "The last picture stays" in made.status


def test_pages_and_bands_can_be_chosen(bench):
    file = io.BytesIO()
    stack = np.random.default_rng(0).integers(0, 60000, (3, 60, 80)).astype(np.uint16)
    tifffile.imwrite(file, stack, imagej=True)
    assert bench.load("stack.tif", file.getvalue(), page=2)
    first = bench.picture
    pages = box(bench, "page")
    assert pages.max == 2 and pages.layout.display == ""
    assert bench.load("stack.tif", file.getvalue(), page=0)
    assert not np.array_equal(bench.picture.rgb, first.rgb)
    assert not bench.load("stack.tif", file.getvalue(), page=3)
    assert "page must be below 3" in bench.status


def stack(path, pages, seed=0):
    noise = np.random.default_rng(seed).integers(0, 60000, (pages, 60, 80)).astype(np.uint16)
    tifffile.imwrite(path, noise, imagej=True)
    return noise


def many_bands(path):
    noise = np.random.default_rng(0).integers(0, 255, (60, 80, 6), np.uint8)
    np.save(path, noise)
    return noise


def test_another_picture_is_loaded_at_the_page_asked_for(bench, tmp_path):
    stack(tmp_path / "a.tif", 4)
    bench.controls["picture"].value = "retina"  # not the first of the list
    for given in (str(tmp_path / "a.tif"),), ("b.tif", (tmp_path / "a.tif").read_bytes()):
        assert bench.load(*given, page=2)
        assert bench.settings["page"] == 2 and box(bench, "page").value == 2
        right = explore.render(**bench.settings | {"picture": str(tmp_path / "a.tif")})
        assert np.array_equal(bench.picture.rgb, right.rgb)
        bench.controls["picture"].value = "retina"
        assert "page" not in bench.settings


def test_an_upload_of_the_list_begins_at_its_first_page(bench, tmp_path):
    stack(tmp_path / "a.tif", 4)
    bench.load("b.png", png(FLAT))
    upload = bench.controls["picture"].value
    bench.load(str(tmp_path / "a.tif"))
    box(bench, "page").value = 3
    bench.controls["picture"].value = upload
    assert "page" not in bench.settings and bench.status.startswith("b.png, worked on at")


def test_the_boxes_of_page_and_bands_follow_the_picture(bench, tmp_path):
    for name, pages in ("a.tif", 4), ("b.tif", 10):
        stack(tmp_path / name, pages)
        bench.load(str(tmp_path / name))
    many_bands(tmp_path / "c.npy")
    pages, bands = box(bench, "page"), box(bench, "bands")
    bench.load(str(tmp_path / "a.tif"), page=3)
    bench.controls["picture"].value = str(tmp_path / "b.tif")
    assert (pages.value, pages.max) == (0, 9)
    first = bench.picture
    pages.value = 3
    assert bench.settings["page"] == 3 and not np.array_equal(bench.picture.rgb, first.rgb)
    assert bench.load(str(tmp_path / "c.npy"), bands=(6, 5, 4))
    assert (pages.value, pages.layout.display, bands.value) == (0, "none", "6 5 4")
    assert bench.load(str(tmp_path / "c.npy"), bands=2) and bands.value == "2"
    bands.value = "3 2 1"
    assert bench.settings["bands"] == (3, 2, 1)
    bench.controls["picture"].value = str(tmp_path / "a.tif")
    assert bands.value == "" and bands.layout.display == "none" and not bench.stage.says["failed"]
    pages.value = 1
    bench.reset()
    assert pages.value == 0 and "page" not in bench.settings


def test_a_start_of_several_pages_offers_them(tmp_path):
    stack(tmp_path / "a.tif", 4)
    own = explore.explorer(picture=str(tmp_path / "a.tif"), folder=str(tmp_path / "none"))
    pages = box(own, "page")
    assert pages.max == 3 and pages.layout.display == ""
    pages.value = 2
    own.reset()
    assert pages.value == 0 and "page" not in own.settings


def test_the_first_of_two_clicks_is_of_this_picture(bench):
    tool(bench, "measure", "5 um")
    bench.click(10, 10)
    bench.controls["picture"].value = "coffee"
    bench.click(90, 10)
    assert bench.history.state[2] is None and "Now the second click" in bench.status


def worked_on(folder):
    """A workbench on page 2 of a picture of its folder, with a name and a point."""
    stack(folder / "a.tif", 4)
    own = explore.explorer(folder=str(folder))
    own.load(str(folder / "a.tif"), page=2)
    for kind in "name the class", "point of truth":
        tool(own, kind, "here")
        own.click(5, 5)
    return own


def test_what_was_done_to_a_picture_that_is_gone_is_done_to_no_other(tmp_path):
    own = worked_on(tmp_path)
    (tmp_path / "a.tif").unlink()
    own._list_folder()
    assert own.settings == explore.START and own.history.steps == (0, 0)
    assert box(own, "page").value == 0 and "here" not in classes(own).names
    good(own, SAYS["your_own_picture"])


def test_a_folder_that_cannot_be_read_for_once_changes_nothing(tmp_path, monkeypatch):
    own = worked_on(tmp_path)
    before, options = own.settings, own.controls["picture"].options

    def fails(folder):
        raise OSError("Stale file handle")

    monkeypatch.setattr(sources, "in_folder", fails)
    own._list_folder()
    assert own.settings == before and own.controls["picture"].options == options


def test_visitors_see_their_uploads_and_the_folder_alone(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.png").write_bytes(png(FLAT))
    (tmp_path / "in" / "open.png").write_bytes(png(FLAT))
    one, other = (explore.explorer(app=True, folder=str(tmp_path / "in")) for _ in range(2))
    for path in ("../secret.png", str(tmp_path / "secret.png"), "~/secret.png", "/etc/hostname"):
        assert not one.load(path)
        assert str(tmp_path) not in one.status and one.stage.says["failed"]
    assert one.load("open.png")
    assert one.load("mine.png", png(FLAT[::-1]))
    [key] = one.uploads
    assert other.uploads == {} and not other.load(key)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.png").write_bytes(png(FLAT))
    try:
        (tmp_path / "in" / "link.png").symlink_to(tmp_path / "secret.png")
    except OSError:
        pytest.skip("this system makes no links here")
    made = explore.explorer(app=True, folder=str(tmp_path / "in"))
    assert not made.load("link.png")
    assert "link.png" not in dict(made.controls["picture"].options)


def test_too_large_an_upload_is_refused(bench, monkeypatch):
    monkeypatch.setattr(workbench, "LIMIT", 1000)
    assert not bench.load("big.png", png(np.zeros((9, 9, 3), np.uint8)) + bytes(2000))
    assert "are the limit of an upload. Give its path instead" in bench.status


def test_unknown_settings_are_refused():
    with pytest.raises(TypeError, match="there is no setting 'colour'"):
        explore.explorer(colour=3)


def later(bench, picture):
    box(bench, "a later date").value = picture


def test_a_later_picture_gives_a_table_of_change(bench):
    changed = FLAT.copy()
    changed[:60, :90] = FLAT[0, 100]  # the lake is a meadow
    assert bench.load("after.png", png(changed))
    after = bench.controls["picture"].value
    assert bench.load("before.png", png(FLAT, dpi=(254, 254)))
    bench.controls["k"].value = 3
    for spot, name in (((10, 10), "lake"), ((10, 100), "meadow"), ((100, 10), "sand")):
        tool(bench, "name the class", name)
        bench.click(*spot)
    later(bench, after)
    told = words(bench)
    assert "From row (before) to column (after), in um²" in told and "change.csv" in told
    namer = batches.Namer(bench.kept())
    table = batches.change(namer(FLAT), namer(changed), namer.names, pixel_size=100)
    assert table.loc["lake", "meadow"] == pytest.approx(60 * 90 * 1e4)
    assert f"<td>{table.loc['lake', 'meadow']:,.4g}</td>" in told
    later(bench, None)
    assert "From row" not in words(bench)


def test_a_new_file_in_the_folder_leaves_the_work_alone(tmp_path):
    for name in "before.png", "after.png":
        (tmp_path / name).write_bytes(png(FLAT))
    own = explore.explorer(folder=str(tmp_path))
    own.controls["picture"].value = str(tmp_path / "before.png")
    later(own, str(tmp_path / "after.png"))
    box(own, "write into").value = str(tmp_path)
    own.buttons["Export"].click()  # overlay.png among them
    own._job = job = iter(())
    own._list_folder()
    assert "overlay.png" in dict(own.controls["picture"].options)
    assert box(own, "a later date").value == str(tmp_path / "after.png")
    assert "download map.zip" in words(own) and own._job is job
    (tmp_path / "after.png").unlink()
    own._list_folder()
    assert box(own, "a later date").value is None and "download" not in words(own)


def test_another_scene_has_no_table_of_change(bench):
    later(bench, "coins")
    assert "must show the same scene in the same pixels" in bench.status
    assert bench.status.endswith(". The last picture stays.")


def test_a_file_that_has_changed_is_drawn_anew(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(png(FLAT))
    own = explore.explorer(picture=str(path), folder=str(tmp_path / "none"))
    own.controls["picture"].value = "coffee"  # other large pictures come between
    own.controls["picture"].value = "retina"
    path.write_bytes(png(FLAT[::-1, :60]))
    own.controls["picture"].value = str(path)
    assert "60 × 120" in own.status
    path.write_bytes(png(FLAT[:60]))
    own.controls["k"].value = 5
    own.controls["k"].value = 4
    assert "180 × 60" in own.status


def test_only_the_last_large_pictures_are_kept(bench):
    large = []
    for shade in range(6):
        bench.load(f"{shade}.png", png(FLAT + np.uint8(shade)))
        large.append(weakref.ref(bench.result()[0].image))
    alive = [ref() is not None for ref in large]
    assert alive[-1] and sum(alive) <= 2


def test_what_is_made_twice_at_once_is_kept_once():
    desk, owner, first = explore.Desk(), object(), []

    def late():  # another thread is faster
        first.append(desk._once("small", owner, None, object))
        return object()

    assert desk._once("small", owner, None, late) is first[0]


def test_slow_methods_leave_the_page_free():
    async def cell():
        made = explore.explorer()
        free, cut = threading.Event(), recipes.cut

        def waits(image, recipe, **more):
            if recipe.method == "Ward":
                free.wait(20)
            return cut(image, recipe, **more)

        recipes.cut = waits
        try:
            first = made.picture.text
            made.controls["method"].value = "Ward"
            await until(lambda: "At work" in made.status)
            assert made.picture.text == first  # the old picture stays meanwhile
            made.controls["method"].value = "Felzenszwalb"  # moves on
            await until(lambda: "Felzenszwalb" in made.picture.text)
            free.set()
            made.controls["method"].value = "Ward"
            await until(lambda: "Ward, k = 4" in made.picture.text)
        finally:
            recipes.cut = cut
            made.close()

    in_a_loop(cell)


def test_all_exported_files_are_of_one_map_while_a_slow_cut_goes_on():
    async def cell():
        made = explore.explorer()
        free, cut, page = threading.Event(), recipes.cut, threading.current_thread()

        def waits(*given, **more):
            if threading.current_thread() is not page:
                free.wait(20)
            return cut(*given, **more)

        recipes.cut = waits
        try:
            made.controls["method"].value = "Ward"
            await until(lambda: "At work" in made.status)
            made.buttons["Export"].click()
            await until(lambda: made.made)
            assert made.made["overlay.png"] == explore.render(**made.settings).encode()
        finally:
            free.set()
            recipes.cut = cut
            made.close()

    in_a_loop(cell)


def test_a_button_may_be_heard_on_another_thread():
    async def cell():
        asyncio.get_running_loop().set_debug(True)  # it then tells what is not safe
        made = explore.explorer()
        await asyncio.to_thread(made.buttons["Export"].click)
        await until(lambda: made.made or made.stage.says["failed"])
        assert made.made, made.status
        made.close()

    in_a_loop(cell)


def test_advice_is_made_beside_the_page():
    async def cell():
        made = explore.explorer()
        free, advise = threading.Event(), recipes.advise

        def waits(*given, **more):
            free.wait(20)
            return advise(*given, **more)

        recipes.advise = waits
        try:
            made.buttons["Advice on k"].click()
            made.controls["k"].value = 3  # answered meanwhile
            await until(lambda: "k = 3" in made.picture.text)
            free.set()
            await until(lambda: "criteria" in made.status)
        finally:
            recipes.advise = advise
            made.close()

    in_a_loop(cell)
