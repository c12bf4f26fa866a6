"""The HTTP API: what pages show as JSON, every verb, acts, the log."""
