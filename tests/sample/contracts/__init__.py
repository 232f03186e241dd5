"""The sample service's messages."""
