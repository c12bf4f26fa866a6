"""Offices: whose turn it is by rule, who held them, where the two part."""
