"""Sealing: pages that are appended to a PDF, the PAdES signature over all of it, and whether one still holds.

The only package that imports pyHanko. What it does is CPU work (and a call to a timestamp authority): off the loop.
"""
