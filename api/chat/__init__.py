"""Room: the turn, from a visitor's message to the answer."""
