"""What explorers are given: settings they do not have, numbers of every type, files that change."""
import importlib
from datetime import UTC, datetime

import ipywidgets as widgets
import numpy as np
import pytest
from PIL import Image

from lessons_lib import figures, landscape
from lessons_lib.explorers.base import Explorer, slider

FREE = ("start_here", "circles", "landscape_kmeans", "photo_colours", "choose_method")


def module(name):
    return importlib.import_module(f"lessons_lib.explorers.{name}")


@pytest.mark.parametrize("name", FREE)
def test_a_misspelt_setting_is_refused(name):
    with pytest.raises(TypeError, match="there is no setting 'nosie'; this explorer has "):
        module(name).explorer(nosie=0.1)


def test_the_seed_of_the_discs_is_honoured():
    one, other = (module("circles").explorer(seed=seed).picture.rgb for seed in (0, 9))
    assert (one != other).any()


@pytest.mark.parametrize("name", ["circles", "landscape_kmeans", "photo_colours"])
@pytest.mark.parametrize("k", [np.int64(4), np.uint8(4)])
def test_whole_numbers_of_numpy_are_whole_numbers(name, k):
    explorer = module(name).explorer(k=k)
    assert "Not drawn" not in explorer.status
    assert isinstance(explorer.controls["k"], widgets.IntSlider)


def test_an_array_is_no_name_of_a_picture():
    with pytest.raises(TypeError, match="picture must be a name from images.names.*got ndarray"):
        module("photo_colours").explorer(picture=np.zeros((9, 9, 3), np.uint8))


@pytest.mark.parametrize("name", ["start_here", "photo_colours"])
def test_a_file_that_was_written_anew_is_drawn_anew(name, tmp_path):
    path = tmp_path / "mine.png"
    image = landscape.make(64).image
    Image.fromarray(image).save(path)
    first = module(name).render(picture=str(path))
    Image.fromarray(255 - image[:, ::-1]).save(path)
    assert (module(name).render(picture=str(path)).rgb != first.rgb).any()


def flat(text):
    return figures.Picture(np.zeros((10, 10, 3), np.uint8), text)


def test_a_range_as_a_control():
    ends = widgets.IntRangeSlider(value=(2, 5), min=0, max=9, description="from, to")
    explorer = Explorer(lambda ends: flat(f"{ends[0]} to {ends[1]}"), ends=ends)
    ends.value = (3, 7)
    assert explorer.status == "3 to 7"


def test_an_upload_as_a_control():
    upload = widgets.FileUpload(description="your picture")
    explorer = Explorer(lambda upload, k: flat(f"{len(upload)} files, k = {k}"), upload=upload,
                        k=slider("k", 2, 1, 9))
    upload.value = ({"name": "a.png", "type": "", "size": 1, "content": b"a",
                     "last_modified": datetime(2020, 1, 1, tzinfo=UTC)},)
    assert explorer.status == "1 files, k = 2"
    explorer.controls["k"].value = 3
    assert explorer.status == "1 files, k = 3"


def test_a_report_that_starts_at_two_and_a_map_without_labels():
    from lessons_lib import choosing_k
    from lessons_lib.colors import unique_colors
    from lessons_lib.explorers import elbow_and_knee

    image = landscape.make(64).image
    report = choosing_k.report(unique_colors(image), range(2, 9))
    explorer = elbow_and_knee.explorer(image, report=report, k=4, k_max=8)
    for k in (2, 8):
        explorer.controls["k"].value = k
        assert "Not drawn" not in explorer.status
    with pytest.raises(ValueError, match="labels must have at least one label; all are -1"):
        module("boundaries_and_markers").renderer(np.full((64, 64), -1), image, ["a"])
