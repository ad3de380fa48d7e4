"""What the tests of all lessons need to know of lesson 06."""

SAYS = (
    r"\w+, (RGB|CIELAB(, no lightness)?|HSV(, hue as an angle)?), k = \d+, position weight "
    r"\d+(\.\d+)?: "
    r"(cluster \d+ holds \d+ % of the pixels, in \d+ connected parts?|shares of the clusters "
    r"(\d+: \d+ %(, )?)+)\."
    r"( There is no cluster \d+: this is the last one\.)? Right, \d+ bins of colours as discs, "
    r"from azimuth "
    r"-?\d+°, elevation -?\d+°; the numbered squares are the means of the clusters\."
)

OTHER = {
    "your own picture, small palettes": {
        "image": "own.png",
        "k": 3,
        "fewer": 2,
        "palette_sizes": (2, 4, 6),
    },
    "a grey photograph, made smaller": {"image": "camera", "k": 5, "fewer": 3, "largest_side": 300},
    "a colour photograph, one palette": {
        "image": "rocket",
        "k": 6,
        "fewer": 5,
        "largest_side": 200,
        "palette_sizes": (16,),
    },
    "a drawing of five colours": {"image": "five.png", "k": 6, "fewer": 4},
}
