"""coalitions."""
