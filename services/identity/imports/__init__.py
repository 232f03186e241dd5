"""Imports of customers, properties and contacts: what their rows refer to, and what becomes of them."""
