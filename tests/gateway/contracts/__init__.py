"""Messages that only these tests send."""
