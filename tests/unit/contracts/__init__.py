"""What the contracts decide by themselves."""
