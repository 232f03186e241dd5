"""A small service that uses every promise of the chassis, for the tests of those promises."""
