"""cooperation."""
