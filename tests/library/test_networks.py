"""Tests of lessons_lib.networks: shares of a sum, and small graphs as pictures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons_lib import graphs, networks, palettes

W = graphs.two_triangles()


@given(st.lists(st.floats(-5, 5), min_size=6, max_size=6))
def test_shares_add_up_to_the_product_with_the_matrix(v):
    product = np.array(v) @ (np.diag(W.sum(axis=1)) - W) @ v
    shares = networks.shares(W, v)
    assert list(shares) == [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5)]
    assert sum(shares.values()) == pytest.approx(product, abs=1e-9)
    assert min(shares.values()) >= 0


def test_the_picture_follows_the_numbers():
    alike, cut = networks.draw(W, [1] * 6), networks.draw(W, [1, 1, 1, -1, -1, -1])
    assert alike.shape == cut.shape == (200, 320, 3) and alike.dtype == np.uint8
    assert (alike[0, 150] == palettes.PAPER).all()
    assert np.array_equal(alike[:, :100], cut[:, :100])  # the left triangle has the same numbers
    assert not np.array_equal(alike[:, 200:], cut[:, 200:])
    wide = networks.draw(W, [1] * 6, width=500, height=240)
    assert wide.shape == (240, 500, 3)


def test_only_a_bond_with_a_share_is_red():
    beside = np.s_[100, 129]  # node 2 ends at column 123, and its share begins at 138
    for v, color in (([1] * 6, (176, 176, 176)), ([1, 1, 1, -1, -1, -1], (205, 84, 40))):
        assert np.abs(networks.draw(W, v)[beside].astype(int) - color).max() < 12


def test_other_graphs_have_places_of_their_own():
    pair = np.array([[0.0, 2.0], [2.0, 0.0]])
    rgb = networks.draw(pair, [0.0, 0.0], [(0, 0.5), (1, 0.5)])
    assert rgb.shape == (200, 320, 3)
    assert networks.nearest((0.9, 0.4), [(0, 0.5), (1, 0.5)]) == 1


@pytest.mark.parametrize("call, message", [
    (lambda: networks.shares(np.ones((2, 3)), [1, 2]), "bonds must be a symmetric matrix"),
    (lambda: networks.shares([[0, 1], [2, 0]], [1, 2]), "bonds must be a symmetric matrix"),
    (lambda: networks.shares(np.ones(3), [1, 2, 3]), r"bonds must be .*; its shape is \(3,\)"),
    (lambda: networks.draw(W, [1, 2]), r"values must have .* 6 nodes; their shape is \(2,\)"),
    (lambda: networks.draw(W, [1] * 6, [(0, 0)]), r"places must have .* 6 nodes"),
])
def test_errors_name_the_parameter(call, message):
    with pytest.raises(ValueError, match=message):
        call()
