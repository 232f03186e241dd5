"""Use cases on a real database, one service at a time."""
