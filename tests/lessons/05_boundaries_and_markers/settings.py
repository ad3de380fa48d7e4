"""What the tests of all lessons need to know of lesson 05."""

from lessons_lib import kmeans, landscape, maps

SAYS = (
    r"Border (thin|thick|subpixel|(inner|outer) \(background: \w+\)), minimum area \d+ px, "
    r"[48] neighbours: \d+ regions?, \d+\.\d % of the pixels changed class; the border hides "
    r"\d+\.\d % of the picture\. (No markers\.|Markers at the (centroid|farthest pixel inside): "
    r"\d+ of \d+ outside their region, \d+ on another class\.)")

OTHER = {
    "another landscape, files that are kept": {"size": 256, "seed": 3, "k": 5, "folder": "my map"},
    "your own picture, two names": {"image": "own.png", "k": 5, "min_area": 20, "pixel_size": 0.25,
                                    "palette": {"table": (60, 55, 40), "disc": (170, 150, 120)}},
    "a drawing with five colours": {"image": "five.png", "min_area": 20},
    "a class of which only crumbs are found": {
        "image": "hubble_deep_field", "k": 6, "palette": {
            "sky": (120, 160, 220), "tree": (30, 80, 30), "wall": (180, 150, 120)}}}


def needed():
    """What `explorer` of its module is called with."""
    image = landscape.make(160).image
    clusters = kmeans.segment(image, 7)
    naming = maps.name_clusters(clusters.centers, landscape.COLORS, landscape.NAMES)
    return {"labels": naming.classes[clusters.labels], "image": image, "names": landscape.NAMES}
