"""Tests of the act log and of kept results."""
