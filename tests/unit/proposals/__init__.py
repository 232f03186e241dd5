"""The proposals service's rules."""
