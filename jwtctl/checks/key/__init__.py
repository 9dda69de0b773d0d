"""Checks of one key, and of all keys together."""
