"""Rasa graph components that wrap bot.language."""
