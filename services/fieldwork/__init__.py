"""Fieldwork: requests, visits, jobs and equipment of customers' properties, and what is attached to them."""
