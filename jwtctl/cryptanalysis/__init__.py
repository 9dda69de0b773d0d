"""Attacks and arithmetic: integers in, integers out; knows no JOSE, no files, no clock, no terminal."""
