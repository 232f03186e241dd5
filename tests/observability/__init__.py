"""What a night on call looks at, seen on a whole Portico."""
