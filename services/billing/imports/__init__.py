"""Imports of invoices and policies: what their rows refer to, and what becomes of them."""
