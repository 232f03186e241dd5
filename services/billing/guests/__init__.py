"""Guests, who pay without a login: by the link on an invoice, or as third parties who look up a program."""
