"""Lesson 03: a terrain and its clusters under the sliders; Lloyd's algorithm step by step."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from lessons_lib import clouds, drawing, figures, kmeans, landscape, scores
from lessons_lib.colors import bin_colors, unique_colors
from lessons_lib.explorers.base import Explorer, choice, slider, starting
from lessons_lib.explorers.stepper import Stepper

LARGEST_STEP = 60

# What a slider leaves as it is, is kept: layers, heights, colours, clusters.
_octave = lru_cache(maxsize=16)(landscape.octave)


@lru_cache(maxsize=8)
def _heights(size, seed, scale, octaves, persistence, lacunarity):
    layers = [_octave(n, size, scale, lacunarity, seed) for n in range(octaves)]
    return landscape.stack(layers, persistence)


@lru_cache(maxsize=8)
def _scene(size, seed, scale, octaves, persistence, lacunarity, width):
    """The picture, its colours, and how many pixels of each true class have each colour."""
    heights = _heights(size, seed, scale, octaves, persistence, lacunarity)
    image, truth = landscape.colorize(heights, width), landscape.classify(heights)
    colors = unique_colors(image)
    n = len(colors.counts)
    of_class = np.bincount((truth * n + colors.index).ravel(), minlength=len(landscape.NAMES) * n)
    return image, colors, of_class.reshape(-1, n), truth


@lru_cache(maxsize=32)
def _clusters(scene, k):
    return kmeans.fit_colors(_scene(*scene)[1], k)


def render(k=4, seed=0, scale=100.0, octaves=6, persistence=0.5, lacunarity=2.0, width=0.06,
           size=512):
    """A landscape, and the same painted with k colours.

    Parameters
    ----------
    k : int
        Number of clusters.
    seed, scale, octaves, persistence, lacunarity, size
        See `landscape.heights`.
    width : float
        See `landscape.colorize`.

    Returns
    -------
    Picture
    """
    key = (size, seed, scale, octaves, persistence, lacunarity, width)
    image, colors, of_class, truth = _scene(*key)
    n = len(colors.counts)
    used = min(k, n)
    clusters = _clusters(key, used)
    rand = scores.rand_from_table(of_class @ (clusters.labels[:, None] == np.arange(used)))
    fewer = ""
    if used < k:
        fewer = f" There are only {n} colours, so k = {k} means {used} clusters here."
    text = (f"Landscape {seed}, scale {scale:g}, octaves {octaves}, persistence {persistence:g}, "
            f"lacunarity {lacunarity:g}, transition {width:g}: {n} colours in {size * size} "
            f"pixels. Painted with k = {k}: inertia {round(clusters.inertia):.3g}, "
            f"ARI against the truth {rand:z.2f}.{fewer}")
    painted = drawing.paint_by_numbers(clusters, colors.index, borders=True)
    layers = {"colour": image, "class": (truth, landscape.NAMES),
              "cluster": clusters.labels.take(colors.index)}
    return figures.panels({f"Landscape: {n} colours": image,
                           f"Painted with {used}: ARI {rand:z.2f}": painted},
                          alt=text, factor=1, reads=layers)


def explorer(**start):
    """The sliders of lesson 03; keywords change where they start.

    Parameters
    ----------
    **start
        Any of the parameters of `render`.

    Returns
    -------
    Explorer
    """
    value = starting({"k": 4, "seed": 0, "scale": 100.0, "octaves": 6, "persistence": 0.5,
                      "lacunarity": 2.0, "width": 0.06, "size": 512}, start)

    def draw(**settings):
        return render(**{**value, **settings})

    return Explorer(draw, "Explorer: terrain and clusters",
                    k=slider("k (clusters)", value["k"], 1, 12),
                    seed=slider("landscape", value["seed"], 0, max(30, value["seed"])),
                    scale=slider("scale", float(value["scale"]), 20.0, 300.0, 5.0),
                    octaves=slider("octaves", value["octaves"], 1, 8),
                    persistence=slider("persistence", value["persistence"], 0.2, 0.9, 0.05),
                    lacunarity=slider("lacunarity", float(value["lacunarity"]), 1.5, 4.0, 0.1),
                    width=slider("transition", value["width"], 0.0, 0.1, 0.01))


def stepper(image, *, k=4, start=0):
    """Lloyd's algorithm on the colours of a picture, forward and back.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3)
    k : int
        Number of clusters at first.
    start : int
        Which draw of first centres to begin with.

    Returns
    -------
    Stepper
        Its centres can be dragged in the cloud of colours.
    """
    render, last = step_renderer(image, k=k, start=start)
    return Stepper(render, "Stepper: k-means, round by round", last=last, moved=render.moved,
                   step=slider("step", 0, 0, LARGEST_STEP), k=slider("k (clusters)", k, 2, 10),
                   start=slider("start", start, 0, max(19, start)),
                   draw=choice("first centres", [("random colours", "random"),
                                                 ("k-means++", "k-means++")]))


def step_renderer(image, *, k=4, start=0):
    """Make the function that draws one step, and the one that says when it rests.

    Parameters
    ----------
    image, k, start
        As in `stepper`.

    Returns
    -------
    render : callable
        ``render(step, k, start, draw, moves) -> Picture``: the picture painted by numbers, and the
        cloud of its colours with the centres and the way they came. Each of `moves` is a
        (step, number, colour): after this step the centre is put there by hand, which is a step
        of its own. ``render.moved(picture, number, x, y, **settings)`` is the colour that a centre
        gets when it is dropped at this pixel of the picture.
    last : callable
        ``last(step, k, start, draw, moves) -> int``
    """
    colors = unique_colors(image)
    shown = bin_colors(colors) if len(colors.counts) > 1500 else colors  # a photograph
    seen = clouds.view(shown.values, shown.counts)

    @lru_cache(maxsize=16)
    def run(k, start, draw, moves=()):
        if moves:
            *before, (at, number, color) = moves
            steps = run(k, start, draw, tuple(before))[:at + 1]
            centers = steps[-1].centers.copy()
            centers[number] = color
            return steps + list(kmeans.lloyd(shown.values, centers, weights=shown.counts,
                                             max_iter=LARGEST_STEP + 1 - at))
        k = min(k, len(shown.counts))  # a picture may have fewer colours
        if draw == "random":
            drawn = np.random.default_rng(start).choice(len(shown.counts), k, replace=False)
            first = shown.values[drawn]
        else:
            first = kmeans.plus_plus(shown.values, k, weights=shown.counts, seed=start)[0]
        return list(kmeans.lloyd(shown.values, first, weights=shown.counts,
                                 max_iter=LARGEST_STEP + 2))

    @lru_cache(maxsize=16)
    def best(k):
        return kmeans.fit(shown.values, min(k, len(shown.counts)), weights=shown.counts).inertia

    def last(k, start, draw, step=0, moves=()):
        return min(len(run(k, start, draw, moves)) - 1, LARGEST_STEP)

    def moved(picture, number, x, y, step, k, start, draw, moves=()):
        steps = run(k, start, draw, moves)
        like = steps[min(step, len(steps) - 1)].centers[number]
        cloud = picture.places[1]
        color = clouds.color_at((x + 0.5 - cloud.left, y + 0.5 - cloud.top), seen, like)
        return tuple(color.clip(0, 255).round(6).tolist())

    def in_cloud(down, across):
        color = clouds.color_at((across * seen.size, down * seen.size), seen).round().astype(int)
        if color.min() < 0 or color.max() > 255:
            return "No colour lies here."
        return "In the plane of the drawing: colour RGB ({}, {}, {}).".format(*color)

    start_k, start_draw = k, start

    def render(step=0, k=start_k, start=start_draw, draw="random", moves=()):
        steps = run(k, start, draw, moves)
        at = min(step, len(steps) - 1)
        now = steps[at]
        picture = drawing.paint_by_numbers(now, shown.index, borders=True)
        by_hand = next((move for move in moves if move[0] + 1 == at), None)
        says = "" if by_hand is None else "Centre {} moved to RGB {}: inertia {:.3g}. ".format(
            by_hand[1], tuple(round(c) for c in by_hand[2]), round(now.inertia))
        cloud = clouds.draw(shown.values, shown.counts, centers=now.centers, labels=now.labels,
                            trail=[s.centers for s in steps[:at]])
        rest = "at rest" if at == len(steps) - 1 < LARGEST_STEP + 1 else "moving"
        how = "random colours" if draw == "random" else "k-means++"
        text = (f"{says}k = {k}, start {start} ({how}), step {step}: round {at} of "
                f"{len(steps) - 1}, {rest}. Inertia {round(now.inertia):.3g}, "
                f"{now.inertia / max(best(k), 1):.2f} times the best known. Left the picture "
                "painted with the centres, right its colours with the centres among them.")
        made = figures.panels(
            {f"Round {at}: painted with {len(now.centers)} colours": picture,
             "The colours, and the centres on their way": cloud},
            alt=text, factor=1,
            reads=[{"colour": image, "cluster": now.labels.take(shown.index)}, in_cloud])
        corner = made.places[1].left, made.places[1].top
        spots = np.floor(clouds.place(now.centers, seen) + corner).astype(int).tolist()
        handles = tuple((*spot, f"Centre {number}") for number, spot in enumerate(spots))
        return replace(made, handles=handles)

    render.moved = moved
    return render, last
