"""What the tests of all lessons need to know of lesson 08."""

SAYS = (
    r"(four discs|landscape|coins|photograph), [\w -]+, \w+ = [\d.e+]+: \d+ labels?, \d+ % noise, "
    r"on "
    r"(about )?[\d,]+ (colours|superpixels|bins of colours|pixels); "
    r"(ARI -?\d\.\d\d|nobody knows the truth)\."
)

NOT_REPEATED = ["level"]  # what it means for the method stands there instead

OTHER = {
    "your own picture, few levels": {
        "size": 120, "photo": "own.png", "largest_side": 140, "tried": (1, 5), "fixed_level": 1,
        "other_level": 6},
    "other scenes, a colour photograph": {
        "size": 96, "seed": 3, "noise": 0.3, "width": 0.02, "photo": "coffee", "largest_side": 150}}
