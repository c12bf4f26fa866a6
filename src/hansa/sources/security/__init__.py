"""Readers of public data sets on security: checked tables, and the world of ATOP."""
