"""What the tests of all checks share: hearing a check, and answers that make no sense."""

import contextlib
import io
import warnings

import numpy as np
from scipy import sparse

UNANSWERED = "… not answered yet\n"


def said(check, *args):
    """What a check prints. It must return nothing, warn of nothing and print one verdict."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), \
            warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        assert check(*args) is None
    text = out.getvalue()
    assert text.startswith(("✓ ", "✗ ", "… ")) and text.endswith("\n") and len(text) > 10
    assert sum(text.count(mark) for mark in "✓✗") <= 1
    assert err.getvalue() == "" and [str(w.message) for w in heard] == []
    return text


def strange(shape):
    """Answers that are right for no exercise on a picture of the given shape."""
    rows, columns = shape
    loop = []
    loop.append(loop)
    return {
        "empty text": "",
        "text": "the answer",
        "bytes": b"7",
        "class": int,
        "type": np.float64,
        "module": np,
        "object": object(),
        "error": ValueError("x"),
        "complex": 1j,
        "minus": -3,
        "half": 0.5,
        "nan": np.nan,
        "infinity": -np.inf,
        "huge": 10**400,
        "empty list": [],
        "nested": [[1, 2], [3]],
        "itself": loop,
        "dict": {"a": 1},
        "empty set": set(),
        "mixed set": {1, "a"},
        "generator": (x for x in [7]),
        "sparse": sparse.eye(3),
        "tuple": (np.zeros(shape), "two"),
        "words": np.array(["a", "b"]),
        "map of words": np.full(shape, "a"),
        "map of None": np.full(shape, None),
        "map of NaN": np.full(shape, np.nan),
        "map of infinity": np.full(shape, np.inf),
        "map of 1e300": np.full(shape, 1e300),
        "complex map": np.full(shape, 1j),
        "one region": np.zeros(shape),
        "huge label": np.arange(rows * columns).reshape(shape) * 10**9,
        "fractions": np.linspace(0, 1, rows * columns).reshape(shape),
        "empty": np.zeros((0, 0)),
        "row": np.zeros((1, columns)),
        "too large": np.zeros((rows + 1, columns)),
        "colours": np.zeros((rows, columns, 3), np.uint8),
        "cube": np.zeros((rows, columns, 2)),
        "dates": np.zeros(shape, "M8[D]"),
        "records": np.zeros(3, dtype=[("a", int), ("b", float)]),
        "noise": np.random.default_rng(0).standard_normal(shape),
    }
