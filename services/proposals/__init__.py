"""Proposals: what a company offers its customers, and the signatures that accept it."""
