"""Sections of the briefing; each module offers ``section(case) -> Section | None``."""
