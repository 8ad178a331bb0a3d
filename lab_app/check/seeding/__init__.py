"""Rows for every table, the same on every engine: what a column takes, which values bite, who comes first."""
