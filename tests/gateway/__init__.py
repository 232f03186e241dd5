"""The gateway against a real broker, its neighbours played by a script."""
