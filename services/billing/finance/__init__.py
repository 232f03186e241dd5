"""Loans on premiums: the engine that computes them, and what becomes of an agreement."""
