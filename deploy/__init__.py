"""How Portico is run: here and elsewhere, with the demo world, stand-ins of outside systems and the restore drill."""
