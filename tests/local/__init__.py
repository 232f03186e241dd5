"""Tests of what starts and runs Portico on one machine, with real processes."""
