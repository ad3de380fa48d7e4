"""What the tests of all lessons need to know of lesson 01; its own tests are elsewhere."""

EXPLORER = "circles"

# What the line below the picture says.
SAYS = (
    r"[24] discs, .* ARI -?\d\.\d\d, normalised cut \d+\.\d{3}\. Eigenvector \d has "
    r"eigenvalue \d\.\d{4}\.")

# Other settings, at least two sets, that differ from the notebook's in every way that counts.
# The picture files are those of `folder` in tests/project/test_adapting.py.
OTHER = {
    "three discs": {"centers": [(30, 30), (52, 55), (72, 32)], "radii": [20, 15, 18], "k": 3,
                    "noise": 0.5, "seed": 7, "beta": 2.0},
    "two discs": {"centers": [(50, 33), (48, 66)], "radii": [18, 17], "k": 2, "noise": 0.1},
    "many regions, a clean picture": {"k": 9, "noise": 0.0, "beta": 0.0}}


def needed():
    """What `explorer` of its module is called with."""
    return {}
