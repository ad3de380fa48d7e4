"""Checks that explain: one module for each lesson on the small `base`."""
