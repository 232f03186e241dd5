"""Imports of CSV files: read into staged rows, checked row by row, and applied as a whole once somebody confirms it.

A service says what its rows are (`kinds.Kind`) and keeps them; this package does the rest, in that service's database.
"""
