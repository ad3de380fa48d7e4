"""Sliders and live pictures: one module for each lesson on the small `base`."""
