"""Stand-ins of the outside systems that Portico talks to."""
