"""Accounts, sessions and the audit: kept beside the log, never in it."""
