"""Programs: made and offered by the agency, chosen, signed and paid by the insured."""
