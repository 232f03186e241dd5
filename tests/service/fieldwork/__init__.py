"""Fieldwork on a real database."""
