"""Everything that one machine needs to run Portico, or to test it."""
