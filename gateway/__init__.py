"""The HTTP side of Portico: the JSON API, and the customers' and the staff's pages, all sending the same messages."""

VERSION = "0.1.0"
"""What every portal says of itself."""
