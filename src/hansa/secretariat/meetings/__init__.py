"""Meetings: agenda, documents, delegations, and what one hands to the next."""
