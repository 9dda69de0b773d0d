"""Mint, inspect, verify and audit JSON Web Tokens and the keys behind them."""

__version__ = "0.1.0"
