"""The proofs: unit, service, contract, gateway and browser tests, and the longer faults and load."""
