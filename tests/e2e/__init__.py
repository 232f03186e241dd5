"""Journeys of the demo's people, in a real browser through a whole Portico."""
