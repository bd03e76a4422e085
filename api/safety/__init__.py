"""Room: the risk screen in front of every message, what it says, and whom it alerts."""
