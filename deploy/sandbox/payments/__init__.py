"""A stateful stand-in of the part of the Stripe API that Portico calls."""
