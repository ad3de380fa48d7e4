"""Which cells show which explorers: one that no cell shows any more is let go.

Without this, each run of an explorer's cell would leave the explorer before it in the kernel's
memory, with all the pictures it keeps: ipywidgets and the notebook's Out both hold it.
"""

import gc

_HELD = {}  # id of a cell: the explorers that it made or shows


def _shell():
    """The kernel's shell; None in plain Python."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    shell = get_ipython()
    return shell if hasattr(shell, "get_parent") else None


def _running(shell):
    """The id of the cell that runs; None where the front end does not say."""
    parent = shell.get_parent() or {}
    return parent.get("metadata", {}).get("cellId")


def hold(explorer):
    """Keep an explorer until the cell that runs now, and all others that show it, run again.

    Parameters
    ----------
    explorer : Explorer
        Anything with ``close()``.
    """
    shell = _shell()
    cell = shell and _running(shell)
    if not cell:  # a front end without ids: nobody knows whether it is shown elsewhere
        return
    if let_go not in shell.events.callbacks["pre_run_cell"]:
        shell.events.register("pre_run_cell", let_go)
    held = _HELD.setdefault(cell, [])
    if not any(one is explorer for one in held):
        held.append(explorer)


def let_go(info=None):
    """Close the explorers that only the cell which is about to run has shown."""
    shell = _shell()
    former = _HELD.pop(shell and _running(shell), [])
    shown = [one for held in _HELD.values() for one in held]
    closed = [one for one in former if not any(one is other for other in shown)]
    for explorer in closed:
        explorer.close()
    if closed:
        del former, shown, closed, explorer
        gc.collect()  # a render function and its caches hold each other
