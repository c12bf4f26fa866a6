"""An act in one sentence."""

from __future__ import annotations

from hansa.record.acts import KINDS, Act


def told(act: Act) -> str:
    """Who did what, without the day: ``ARM: for (budget), CSTO Moscow 2026-11-21``."""
    said = act.payload
    who = act.actor or "Somebody"
    thing = str(said.get("title") or said.get("item") or said.get("document") or "")
    if act.kind == "vote":
        return f"{who} votes {said.get('position', '')} on {thing}, {act.subject}"
    if act.kind in ("adopt", "table", "refuse") and thing:
        verb = {"adopt": "adopts", "table": "tables", "refuse": "stands aside from"}[act.kind]
        return f"{who} {verb} “{thing}”, {act.subject}"
    if act.kind in ("admit", "end_status"):
        states = said.get("states")
        named = ", ".join(map(str, states)) if isinstance(states, list) else who
        verb = "becomes" if act.kind == "admit" else "is no longer"
        return f"{named} {verb} {said.get('status', 'member')} of {act.subject}"
    if act.kind in ("appoint", "chair", "recall"):
        holder = str(said.get("holder") or said.get("account") or "")
        verb = {"appoint": "appointed", "chair": "in the chair", "recall": "recalled"}[act.kind]
        return f"{act.subject}: {holder + ' ' if holder else ''}{verb} ({who})"
    if act.kind == "due":
        return f"{who}: {said.get('what', '')}, due by {said.get('by', '')}"
    return f"{who} {KINDS[act.kind]}: {act.subject}"
