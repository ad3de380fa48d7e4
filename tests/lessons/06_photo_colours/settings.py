"""What the tests of all lessons need to know of lesson 06."""

SAYS = (
    r"\w+, (RGB|CIELAB(, no lightness)?|HSV(, hue as an angle)?), k = \d+, "
    r"position weight \d+(\.\d+)?: "
    r"(cluster \d+ holds \d+ % of the pixels, in \d+ connected parts?"
    r"|shares of the clusters (\d+: \d+ %(, )?)+)\."
    r"( There is no cluster \d+: this is the last one\.)? "
    r"Right, \d+ bins of colours as discs, from azimuth -?\d+°, elevation -?\d+°; "
    r"the numbered squares are the means of the clusters\."
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
