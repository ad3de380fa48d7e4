"""Reading what a check says."""

import re

import pytest


@pytest.fixture
def match():
    """Assert that a text begins with a pattern, and show the whole text if it does not."""

    def compare(pattern, text):
        assert re.match(pattern, text), text

    return compare
