"""What the tests of all lessons need to know of lesson 02."""

import numpy as np
from scipy import ndimage

from lessons_lib import images

SAYS = (
    r"\d+ regions from \d+ superpixels, beta \d+, (kmeans|discretize|cluster_qr): normalised "
    r"cut \d+\.\d{3}; \d+ of \d+ objects found, mean IoU \d\.\d\d\.")
# Settings that it need not repeat: SLIC makes about as many superpixels as it is asked for.
NOT_REPEATED = {"superpixels"}

OTHER = {
    "your own picture": {"image": "own.png", "dark": 60, "bright": 140, "n_regions": 8, "extra": 2,
                         "scale": 0.4, "n_superpixels": 1000},
    "a grey photograph": {"image": "camera", "largest_side": 256, "n_regions": 12, "beta": 20.0,
                          "n_superpixels": 1500},
}


def needed():
    """What `explorer` of its module is called with."""
    picture = images.gray(images.shrink(images.load("coins"), 384))
    photo = np.round(255 * picture).astype(np.uint8)[150:, :220].copy()  # a part of the coins
    bright = ndimage.binary_opening(ndimage.gaussian_filter(photo, 2) > 100, iterations=4)
    return {"image": photo, "truth": ndimage.label(bright)[0] - 1}
