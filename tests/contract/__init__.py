"""The messages that services exchange: what was promised once stays promised."""
