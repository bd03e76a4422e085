"""Room: what the dialogue collected and the pathway that followed from it."""
