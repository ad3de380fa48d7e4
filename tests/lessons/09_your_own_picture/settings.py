"""What the tests of all lessons need to know of lesson 09."""

SAYS = (
    r"[\w. -]+, worked on at \d+ × \d+ of \d+ × \d+ pixels; [\w, ]+, \w+, blur [\d.]+, "
    r"position \d+, [\w -]+, \w+ = [\d.e+]+, regions of \d+ pixels or more: "
    r"\d+ class(es)? in \d+ regions?\.( Numbers .*)?"
)

COMBINATIONS = 8  # of nine methods and seven other controls, each drawn when it moves

NOT_REPEATED = ["k"]  # what it means for the method stands there instead

OTHER = {
    "a photograph, two names, few points": {
        "picture": "coffee", "k": 5, "names": ("dark", "light"), "pixel_size": 0.1, "unit": "mm",
        "smooth": 0.0, "min_area": 0, "size": 200, "seed": 3, "points": 8, "dimmer": 0.9},
    "your own picture, another light": {
        "picture": "own.png", "by_hand": {"own.png": [(5, 5)]}, "k": 2,
        "names": ("a", "b", "c", "d"), "pixel_size": 3.0, "smooth": 2.0, "min_area": 300,
        "size": 150, "seed": 5, "points": 40, "dimmer": 0.3},
}
