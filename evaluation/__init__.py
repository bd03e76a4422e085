"""Measures what the product understands on sentences nobody tuned it on; the only reader of data/held_out."""
