"""Files that people send: bounded, sniffed, drawn anew where they are pictures, and put into the store."""
