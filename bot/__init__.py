"""Floor 1: the dialogue, what was meant and what to ask next (Rasa, loopback only)."""
