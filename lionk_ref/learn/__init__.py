"""Exercises on the paper: files with holes, graded by the theorems."""

from lionk_ref.learn.draw import draw

__all__ = ["draw"]
