"""`make load`: what a call, a page and an event cost, beside what they would cost bare."""
