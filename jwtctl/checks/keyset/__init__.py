"""Checks of a key set, and of all keys of a run together."""
