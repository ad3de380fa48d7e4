"""What all tests share: one hypothesis profile, and the comparison with reference pictures."""

import os

import numpy as np
import pytest
from hypothesis import settings
from PIL import Image

# Derandomized: a test that passes here passes everywhere, and a failure can be repeated.
settings.register_profile("steady", derandomize=True, deadline=None, database=None,
                          max_examples=50)
settings.load_profile("steady")


@pytest.fixture
def same_picture(request, tmp_path):
    """Compare a picture with ``reference/<name>.png`` beside the test file.

    The mean absolute difference of the grey levels may be up to `tolerance`: letters come
    out a little different with other versions of FreeType. REWRITE_REFERENCES=1 in the
    environment writes the references anew; look at them before you commit them.
    """
    folder = request.path.parent / "reference"

    def compare(name, rgb, tolerance):
        path = folder / f"{name}.png"
        if os.environ.get("REWRITE_REFERENCES"):
            folder.mkdir(exist_ok=True)
            Image.fromarray(rgb).save(path, optimize=True)
        with Image.open(path) as file:
            expected = np.asarray(file.convert("RGB"))
        assert rgb.shape == expected.shape
        difference = np.abs(rgb.astype(float) - expected).mean()
        if difference > tolerance:
            Image.fromarray(rgb).save(tmp_path / path.name)
            pytest.fail(f"{path.name} differs from its reference by {difference:.3f} grey levels "
                        f"on average, {tolerance} are allowed; the new picture is in {tmp_path}")

    return compare
