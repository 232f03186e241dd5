"""The stand-ins under the real clients; with `STRIPE_TEST_KEY` the payment tests drive the provider itself."""
