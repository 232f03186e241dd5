"""How Portico is run: images, local development and the stand-ins of outside systems."""
