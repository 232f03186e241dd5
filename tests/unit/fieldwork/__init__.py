"""Fieldwork's rules."""
