"""What the tests of all lessons need to know of lesson 00."""

SAYS = r"\w+, threshold \d+: \d+ % of the pixels are brighter, in \d+ connected parts?\."

OTHER = {
    "a square grey photograph": {"image": "camera", "threshold": 90},
    "a colour photograph": {"image": "china", "threshold": 200},
    "your own picture": {"image": "own.png", "threshold": 128}}
