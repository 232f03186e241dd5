"""The HTTP side of Portico: the JSON API and the customers' pages, both sending the same messages."""
