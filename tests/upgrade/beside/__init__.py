"""Both releases as running processes (long: `make upgrade`)."""
