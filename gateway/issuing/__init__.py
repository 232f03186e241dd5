"""New documents: what the caller names by id is written into them as identity knows it today."""
