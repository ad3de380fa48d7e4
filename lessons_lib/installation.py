"""Is everything installed that the lessons need?"""

import sys
from importlib import metadata


def problems(package="lessons_lib"):
    """What is missing or too old, in words.

    Parameters
    ----------
    package : str
        The installed package whose requirements are checked.

    Returns
    -------
    list of str
        One sentence for each problem; empty if all is well.

    Examples
    --------
    >>> problems("no-such-package")[0].split(".")[0]
    'no-such-package itself is not installed'
    """
    from packaging.requirements import Requirement

    found = []
    try:
        info = metadata.metadata(package)
        wanted = metadata.requires(package) or []
    except metadata.PackageNotFoundError:
        return [f"{package} itself is not installed. In the folder with pyproject.toml run: "
                "pip install -e ."]
    python = Requirement(f"python{info['Requires-Python'] or ''}")
    version = ".".join(map(str, sys.version_info[:3]))
    if version not in python.specifier:
        found.append(f"Python {version} runs this notebook; "
                     f"the course needs Python {python.specifier}.")
    for text in wanted:
        need = Requirement(text)
        if need.marker and not need.marker.evaluate({"extra": ""}):
            continue
        # Colab has a page of its own.
        if need.name == "jupyterlab" and "google.colab" in sys.modules:
            continue
        install = f'pip install "{need.name}{need.specifier}"'
        try:
            have = metadata.version(need.name)
        except metadata.PackageNotFoundError:
            found.append(f"{need.name} is missing. Install it with: {install}")
            continue
        if not need.specifier.contains(have, prereleases=True):
            found.append(f"{need.name} is version {have}; the course needs {need.specifier}. "
                         f"Change it with: {install}")
    return found


def report(package="lessons_lib"):
    """Print the `problems`, or that there are none.

    Parameters
    ----------
    package : str
        As in `problems`.

    Examples
    --------
    >>> report("numpy")
    ✓ Everything that the lessons need is installed.
    """
    found = problems(package)
    if not found:
        print("✓ Everything that the lessons need is installed.")
    for problem in found:
        print("✗", problem)
    if found:
        print("Then choose Kernel → Restart Kernel and run this cell again.")
