"""Helpers for the course *Unsupervised image segmentation*.

Import the part that you need, for example ``from lessons_lib import circles``.
Importing the package itself loads nothing else.
"""

__version__ = "0.1.0"
