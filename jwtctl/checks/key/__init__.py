"""Checks of one key."""
