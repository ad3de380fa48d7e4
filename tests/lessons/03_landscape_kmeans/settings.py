"""What the tests of all lessons need to know of lesson 03."""

SAYS = (
    r"Landscape \d+, scale \d+, octaves \d, .*transition 0(\.\d+)?: \d+ colours in \d+ "
    r"pixels\. .*k = \d+: inertia [\d.e+]+, ARI .*-?\d\.\d\d\."
    r"( There are only 4 colours, so k = \d+ means 4 clusters here\.)?")

OTHER = {
    "another landscape": {
        "size": 200, "seed": 5, "scale": 60.0, "octaves": 3, "width": 0.03, "k": 3, "more": 9,
        "rare_snow": 15},
    "many clusters, rugged hills": {
        "size": 80, "seed": 11, "scale": 35.0, "octaves": 8, "width": 0.1, "persistence": 0.8,
        "lacunarity": 3.0, "k": 9, "more": 11},
    "four colours only": {"size": 160, "seed": 1, "width": 0.0, "k": 3, "rare_snow": 7},
    "fewer colours than clusters": {"size": 96, "width": 0.0, "k": 6}}


def needed():
    """What `explorer` of its module is called with."""
    return {"size": 160}
