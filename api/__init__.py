"""Floor 3: the only public process; owns every fact that must not be lost."""
