"""Feeds: Atom, JSON Feed, iCalendar."""
