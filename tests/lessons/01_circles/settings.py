"""What the tests of all lessons need to know of lesson 01."""

SAYS = (
    r"[24] discs, .* ARI -?\d\.\d\d, normalised cut \d+\.\d{3}\. Eigenvector \d has "
    r"eigenvalue \d\.\d{4}\.")

OTHER = {
    "three discs": {"centers": [(30, 30), (52, 55), (72, 32)], "radii": [20, 15, 18], "k": 3,
                    "noise": 0.5, "seed": 7, "beta": 2.0},
    "two discs, a clean picture": {"centers": [(50, 33), (48, 66)], "radii": [18, 17], "k": 2,
                                   "noise": 0.0, "beta": 0.0},
}
