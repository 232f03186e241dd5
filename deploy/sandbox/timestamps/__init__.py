"""A timestamp authority (RFC 3161) that stands in for a real one: it attests that something existed at its own time."""
