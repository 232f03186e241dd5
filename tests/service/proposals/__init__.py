"""The proposals service's use cases on a real database."""
