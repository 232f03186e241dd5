"""The promises of the chassis, on a real broker and a real database."""
