"""Checks of a key set as a document."""
