"""Checks of tokens, one file each."""
