"""What the tests of all lessons need to know of lesson 00; its own tests are elsewhere."""

EXPLORER = "start"

# What the line below the picture says.
SAYS = r"\w+, threshold \d+: \d+ % of the pixels are brighter, in \d+ connected parts?\."

# Other settings, at least two sets, that differ from the notebook's in every way that counts.
# The picture files are those of `folder` in tests/project/test_adapting.py.
OTHER = {
    "a square grey photograph": {"image": "camera", "threshold": 90},
    "a colour photograph": {"image": "china", "threshold": 200},
    "your own picture": {"image": "own.png", "threshold": 128}}


def needed():
    """What `explorer` of its module is called with."""
    return {}
