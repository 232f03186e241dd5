"""A whole Portico in containers: paid through its published addresses, and scaled while it is."""
