"""Builds what bot.language reads from models/: the sentence encoder and the language heads."""
