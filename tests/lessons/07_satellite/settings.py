"""What the tests of all lessons need to know of lesson 07."""

from lessons_lib import satellite

SAYS = (
    r"(Clusters on [\w +,]+, k = \d\. Forest if the mean spectrum has an NDVI of 0\.\d+ or more: "
    r"(no cluster|cluster \d|clusters \d(, \d)+)|Each pixel by its own NDVI, forest from "
    r"0\.\d+ on \(without clusters: features and k = \d have no effect\))\. "
    r"Minimum area \d+ px \([\d.]+ ha\), which moves \d+ ha\. "
    r"Result: \d+ ha of forest in \d+ patch(es)?, \d+ % of the scene\. Left: (true|false) colour\."
)

OTHER = {
    "a desert without forest or water, 20 m": {
        "source": "desert.npy",
        "meters": 20.0,
        "k": 3,
        "white": 0.6,
        "white_false": 0.7,
        "min_area": 12,
    },
    "a small window, many clusters, files that are kept": {
        "window": (190, 231, 60, 125),
        "k": 7,
        "min_area": 3,
        "folder": "my forest",
    },
    "a lake and one small wood in a rule of its own": {
        "source": "lake.npy",
        "meters": 3.0,
        "window": (None, -3, 2, None),
        "k": 2,
        "forest_ndvi": 0.4,
        "water_infrared": 0.05,
        "min_area": 5000,
    },
}


def needed():
    """What `explorer` of its module is called with."""
    bands = satellite.load()
    return {"bands": bands._replace(values=bands.values[100:200, 100:240])}
