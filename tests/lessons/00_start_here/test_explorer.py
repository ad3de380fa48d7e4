"""The explorer of lesson 00: other pictures, scores, errors."""

from PIL import Image

from tests.explorers.common import SHAPES, some_picture


def test_start_with_other_pictures(tmp_path):
    from lessons_lib.explorers import start_here

    files = []
    for rows, columns in SHAPES:
        files.append(str(tmp_path / f"{rows}x{columns}.png"))
        Image.fromarray(some_picture((rows, columns))).convert("RGB").save(files[-1])
    explorer = start_here.explorer(pictures=("camera", "china", *files), threshold=128)
    for picture in ("camera", "china", *files):
        explorer.controls["picture"].value = picture
        assert "Not drawn" not in explorer.status and picture in explorer.status
        for threshold in (0, 255):
            explorer.controls["threshold"].value = threshold
            assert f"threshold {threshold}:" in explorer.status


def test_start_shows_a_picture_that_cannot_be_read():
    from lessons_lib.explorers import start_here

    explorer = start_here.explorer(pictures=("coins", "no such file.png"))
    explorer.controls["picture"].value = "no such file.png"
    assert explorer.status.startswith("Not drawn: source='no such file.png'")
    assert "coins" in explorer.picture.text
