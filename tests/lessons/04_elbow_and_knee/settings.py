"""What the tests of all lessons need to know of lesson 04."""

from lessons_lib import landscape

SAYS = (
    r"Painted with k = \d+ colours?: inertia \d+\.\d % of that of one cluster, "
    r"ARI to the truth -?\d\.\d\d\. "
    r"(Inertia with knee|(Silhouette|Gap|Calinski-Harabasz|Davies-Bouldin|Stability)"
    r"(?=.*which only the knee)) "
    r"over k = 1 to \d+ \(sensitivity \d+(\.5)?(, which only the knee uses)?\) "
    r"picks (none|\d+)\."
    r"( k = \d+ lies outside of that range\.)?")

OTHER = {
    "a drawing of five colours": {"image": "five.png", "k_max": 8},
    "a grey photograph, a short range": {"image": "camera", "k_max": 6, "sensitivity": 5.0,
                                         "largest_side": 160},
    "another landscape": {"seed": 3, "size": 256},
    "a colour photograph, a long range": {"image": "chelsea", "k_max": 12, "largest_side": 150},
    "your own picture, any bend is a knee": {"image": "own.png", "k_max": 12, "sensitivity": 0}}


def needed():
    """What `explorer` of its module is called with."""
    scene = landscape.make(128, seed=1)
    return {"image": scene.image, "truth": scene.truth}
