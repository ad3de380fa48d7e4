"""Lesson 01: discs, one eigenvector, the regions; and six numbers on a small graph."""

from functools import lru_cache

import numpy as np
from scipy.sparse import csr_matrix

from lessons_lib import circles, drawing, figures, graphs, networks, scores, spectral
from lessons_lib.explorers.base import Explorer, choice, slider, starting
from lessons_lib.regions import number_in_reading_order, unmask


@lru_cache(maxsize=16)
def _scene(scene, noise, ratio, distance, seed):
    if scene == "two":
        return circles.pair(ratio, distance=distance, noise=noise, seed=seed)
    centers = np.array(circles.FOUR_CENTERS, dtype=float)
    middle = centers.mean(axis=0)
    # The four discs of the lesson stand at 0.95 of touching, on average.
    centers = middle + (centers - middle) * distance / 0.95
    radii = np.array(circles.FOUR_RADII) * np.array([1, 1, ratio, ratio])
    return circles.make(centers, radii, noise=noise, seed=seed)


@lru_cache(maxsize=16)
def _embedding(scene, noise, ratio, distance, seed, beta):
    made = _scene(scene, noise, ratio, distance, seed)
    bonds = graphs.affinity(graphs.pixel_graph(made.image, made.mask), beta)
    return bonds, spectral.embed(bonds, 9)


def render(scene="four", noise=0.2, beta=1.0, k=4, ratio=1.0, distance=0.95, eigenvector=1, seed=0):
    """Scene, eigenvector and regions side by side.

    Parameters
    ----------
    scene : {"four", "two"}
    noise : float
        Standard deviation; the step at the rim of a disc is 1.
    beta : float
        See `graphs.affinity`.
    k : int, 1 to 9
        Number of regions asked for.
    ratio : float
        Radius of half of the discs, as a part of the others'.
    distance : float
        Distance of the centres; 1 touches.
    eigenvector : int, 0 to 8
        Which one to draw.
    seed : int

    Returns
    -------
    Picture
    """
    setting = (scene, noise, ratio, distance, seed)
    made = _scene(*setting)
    bonds, embedding = _embedding(*setting, beta)
    labels = number_in_reading_order(unmask(spectral.assign(embedding.vectors, k), made.mask))
    pattern = unmask(embedding.vectors[:, eigenvector], made.mask, fill=0)
    rand = scores.adjusted_rand(made.truth, labels)
    cut = scores.normalized_cut(bonds, labels[made.mask])
    text = (f"{made.truth.max() + 1} discs, noise {noise:g}, beta {beta:g}, "
            f"radius ratio {ratio:g}, distance {distance:g}, cut into k = {k} regions: "
            f"ARI {rand:z.2f}, normalised cut {cut:.3f}. "
            f"Eigenvector {eigenvector} has eigenvalue {embedding.values[eigenvector]:.4f}.")
    return figures.panels(
        {"Scene": drawing.to_rgb(made.image),
         f"Eigenvector {eigenvector}": drawing.to_rgb(pattern, mask=made.mask, cmap="signed"),
         f"{k} regions, ARI {rand:z.2f}": drawing.paint(labels, factor=3)},
        alt=text,
        reads={"value": made.image, "eigenvector": pattern, "region": labels})


def explorer(**start):
    """The sliders of lesson 01; keywords change where they start."""
    value = starting({"scene": "four", "noise": 0.2, "beta": 1.0, "k": 4, "ratio": 1.0,
                      "distance": 0.95, "eigenvector": 1, "seed": 0}, start)

    def draw(**settings):
        return render(**{**value, **settings})

    return Explorer(
        draw, "Explorer: touching circles",
        scene=choice("scene", [("four discs", "four"), ("two discs", "two")], value["scene"]),
        k=slider("k (regions)", value["k"], 1, 9),
        noise=slider("noise", value["noise"], 0.0, 2.0, 0.05),
        beta=slider("beta", value["beta"], 0.0, 20.0, 0.25),
        ratio=slider("radius ratio", value["ratio"], 0.2, 1.0, 0.01),
        distance=slider("distance", value["distance"], 0.8, 1.1, 0.01),
        eigenvector=slider("eigenvector", value["eigenvector"], 0, 8))


@lru_cache(maxsize=1)
def _smoothest():
    """The bonds of two triangles, and the numbers by the rules that have the smallest sum."""
    bonds = graphs.two_triangles()
    return bonds, spectral.embed(csr_matrix(bonds), 2).vectors[:, 1]


def render_numbers(left=2, freedom=0.0):
    """Six numbers on two triangles, and what each bond adds to the sum.

    Parameters
    ----------
    left : int, 1 to 5
        Nodes that lie left of the cut.
    freedom : float, 0 to 1
        0: two numbers, one on each side of the cut. 1: the smallest sum that six numbers can have.
        All between obey the rules, too; see `graphs.balance`.

    Returns
    -------
    Picture
    """
    bonds, smoothest = _smoothest()
    volumes = bonds.sum(axis=1)
    cut = graphs.balance(np.arange(6) < left, volumes)
    smoothest = smoothest * np.sign((volumes * cut * smoothest).sum())
    numbers = graphs.balance((1 - freedom) * cut + freedom * smoothest, volumes)
    shares = networks.shares(bonds, numbers)
    total, weak = sum(shares.values()), shares[2, 3]
    text = (f"{left} of 6 nodes left of the cut, freedom {freedom:g}: the sum over the bonds is "
            f"{total:.3f}. The weak bond pays {weak:.3f}, the strong ones {total - weak:z.3f}.")

    def tell(down, across):
        node = networks.nearest((across, down))
        return f"Node {node}: {numbers[node]:z.3f}."

    return figures.panels(
        {f"The sum over the bonds: {total:.3f}":
            networks.draw(bonds, numbers, width=470, height=220)},
        alt=text, factor=1, reads=tell)


def numbers_explorer(**start):
    """The sliders for the six numbers; keywords change where they start."""
    value = {"left": 2, "freedom": 0.0, **start}
    return Explorer(
        render_numbers, "Explorer: six numbers",
        left=slider("nodes left of cut", value["left"], 1, 5),
        freedom=slider("freedom", value["freedom"], 0.0, 1.0, 0.05))
