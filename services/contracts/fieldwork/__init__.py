"""Fieldwork's messages: jobs, visits, equipment, requests, and the files attached to them."""
