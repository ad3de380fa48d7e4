"""Rows of lesson 09: from a camera's file to regions, labels at full size, a series of pictures."""

import io
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from lessons_lib import batches, images, recipes, sources

# In a process of its own, so that its peak of memory is its own.
FULL = """
import resource, sys, time
import numpy as np
from lessons_lib import images, recipes
flower = images.load("flower")
down, across = 10_000 // len(flower) + 1, 10_000 // flower.shape[1] + 1
image = np.tile(flower, (down, across, 1))[:10_000, :10_000].copy()
begin = time.perf_counter()
made = recipes.finished(recipes.full_size(image, recipes.Recipe(k=4)))
took = time.perf_counter() - begin
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(took, peak / (1e6 if sys.platform != "darwin" else 1e9), made.classes.shape)
"""


def photograph(rows, columns, seed=0):
    """A JPEG of a shipped photograph, enlarged, with the grain of a camera."""
    image = Image.fromarray(images.load("flower")).resize((columns, rows), Image.Resampling.BICUBIC)
    grain = np.random.default_rng(seed).normal(0, 3, (rows, columns, 1))
    out = io.BytesIO()
    Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8)).save(
        out, "JPEG", quality=92)
    return out.getvalue()


def _seconds(work, repeats):
    took = []
    for _ in range(repeats):
        begin = time.perf_counter()
        result = work()
        took.append(time.perf_counter() - begin)
    return sorted(took)[repeats // 2], result


def _row(name, ours, value, bar, met, check):
    return {"row": name, "tutorial": "", "ours": ours, "value": value, "bar": bar,
            "met": "yes" if met else "NO", "check": check}


def rows(repeats=3):
    """All rows of lesson 09."""
    data = photograph(3000, 4000)

    def first():
        source = sources.load(data)
        return source, recipes.run(source.image, recipes.Recipe(k=4, min_area=40))

    seconds, (source, made) = _seconds(first, repeats)
    megapixels = source.image[..., 0].size / 1e6
    out = [_row(f"{megapixels:.0f} megapixels, from upload to regions", f"{seconds:.2f} s", "",
                "2 s", seconds <= 2, f"{len(made.names)} classes")]

    ran = subprocess.run([sys.executable, "-c", FULL], capture_output=True, text=True, check=True)
    seconds, peak = (float(one) for one in ran.stdout.split()[:2])
    out.append(_row("labels of 100 megapixels", f"{seconds:.1f} s", f"{peak:.2f} GB at its peak",
                    "20 s, 2 GB", seconds <= 20 and peak <= 2, ran.stdout.split(maxsplit=2)[2]))

    image = sources.load(photograph(1200, 1600)).image
    recipe = recipes.Recipe(k=4)
    kept = batches.settings(recipe, recipes.cut(recipes.working(image)[0], recipe),
                            recipes.run(image, recipe))
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{i:03}.jpg" for i in range(100)]
        for i, path in enumerate(paths):
            path.write_bytes(photograph(1200, 1600, seed=i))
        seconds, (table, failed) = _seconds(
            lambda: recipes.finished(batches.name_folder(paths, kept)), 1)
    out.append(_row("100 photographs of 2 megapixels by saved centres",
                    f"{100 / seconds:.1f} a second", "", "5 a second", 100 / seconds >= 5,
                    f"{table['picture'].nunique()} named, {len(failed)} passed over"))
    return out


if __name__ == "__main__":
    for one in rows():
        print(one)
