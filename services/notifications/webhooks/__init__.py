"""Webhooks for integrators, signed by Standard Webhooks: endpoints, what they are told, and how it went."""
