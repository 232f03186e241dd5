"""The services of Portico and the two packages they stand on."""
