"""Tests of rules of decision, tallies and voting power."""
