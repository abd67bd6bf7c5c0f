"""Rasa SDK actions: tracker in, core, events out."""
