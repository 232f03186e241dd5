"""Fieldwork: the requests that customers and the office raise about a property."""
