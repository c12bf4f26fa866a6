"""Treaties: all of them, and one with its life, parties and norms."""

from __future__ import annotations

from hansa.faces.web.pages.acts import acts_table, latest
from hansa.faces.web.pages.page import Page, View
from hansa.record.life import Life
from hansa.terms.exhibits import Cell, Chart, Column, Exhibit, Section, Statement, Table
from hansa.terms.reasons import Because, Reason
from hansa.terms.truth import Truth


def treaties(view: View) -> Page:
    """All treaties signed by the day, and which are in force."""
    columns = (
        Column("treaty", "Treaty"),
        Column("title", "Title"),
        Column("organisation", "Organisation"),
        Column("signed", "Signed"),
        Column("parties", "Parties on the day"),
        Column("state", "On the day"),
    )
    rows: list[tuple[Cell, ...]] = []
    for life in _lives(view):
        treaty = life.treaty
        if treaty.signed <= view.day:
            count = len(view.register.party_codes(treaty.id))
            state = "in force" if life.in_force(view.day) else "not in force"
            org = treaty.organisation or None
            rows.append((treaty.id, treaty.title, org, treaty.signed, count, state))
    rows.sort(key=lambda row: (str(row[3]), str(row[0])))
    table = Table("treaties", "Treaties", columns, tuple(rows))
    section = Section("treaties", "Treaties", 0, (), (table,))
    return Page(view._("Treaties"), view.words.day(view.day), (section,))


def _lives(view: View) -> list[Life]:
    return list(view.world.timeline(view.known_on, view.clock).lives.values())


def treaty(view: View, treaty: str) -> Page:
    """A treaty on a day: its life, whom it binds and why (not), its norms, acts about it.

    Parameters
    ----------
    treaty : str
        Its code.
    """
    found = view.world.treaty(treaty)
    life = view.world.timeline(view.known_on, view.clock).lives[found.id]
    about = [act for act in view.world.acts if act.subject == found.id and act.on <= view.day]
    newest = latest(about, 20)
    chart = _chart(view, life)
    parties: tuple[Exhibit, ...] = (_parties(view, life), *chart)
    sections = (
        Section("life", "Its life", 0, tuple(_life(view, life))),
        Section("parties", "Parties", 1, tuple(_outside(view, life)), parties),
        Section("norms", "Norms", 2, (), (_norms(view, life),)),
        Section("acts", "Acts about it", 3, (), (acts_table("acts", "Acts", newest),)),
    )
    facts = [
        (view._("Organisation"), found.organisation),
        (view._("Place"), found.place),
        (view._("Depositary"), found.depositary),
        (view._("Kind"), found.kind),
    ]
    return Page(
        found.title,
        f"{found.id}, {view.words.day(view.day)}",
        sections,
        frozenset(act.id for act in newest),
        tuple((name, value) for name, value in facts if value),
        {"treaty": found.id},
        live=(found.id,),
    )


def _life(view: View, life: Life) -> list[Statement]:
    treaty = life.treaty
    source = (
        Reason("source", f"signed {treaty.signed}", treaty.id, treaty.source, treaty.confidence),
    )
    said = [Statement(f"Signed on {treaty.signed}.", source)]
    if life.entry is None:
        said.append(Statement("Its entry into force is not known.", life.because))
    elif life.entry <= view.day:
        said.append(Statement(f"In force since {life.entry}.", life.because))
    else:
        said.append(
            Statement(f"Not yet in force: it enters into force on {life.entry}.", life.because)
        )
    if treaty.term is not None:
        words = {"automatic": "renewed automatically", "none": "not renewed",
                 "fresh": f"goes on only for parties to {treaty.term.renewed_by}"}  # fmt: skip
        ref = f"{treaty.id} {treaty.term.article}".strip()
        why = (Reason("article", "its clause on duration", ref, treaty.source),)
        said.append(
            Statement(f"Term: {treaty.term.years} years, {words[treaty.term.renewal]}.", why)
        )
    if life.ended is not None and life.ended <= view.day:
        said.append(Statement(f"Ended on {life.ended}."))
    for notice in life.notices:
        if notice.given <= view.day:
            text = f"{notice.state} gave notice on {notice.given}, with effect on {notice.effect}."
            said.append(Statement(text, notice.because))
    return said


def _parties(view: View, life: Life) -> Table:
    columns = (Column("state", "State"), Column("since", "Bound since"),
               Column("until", "Until (not included)"))  # fmt: skip
    bound = view.register.parties(life.treaty.id)
    rows = tuple((party.state, party.since, party.until) for party in bound)
    return Table("parties", "Parties", columns, rows, tuple(party.because for party in bound))


def _outside(view: View, life: Life) -> list[Statement]:
    """Who had to do with the treaty and is not bound on the day, and why."""
    bound = set(view.register.party_codes(life.treaty.id))
    signed = {state for state, act in life.signed.items() if act.on <= view.day}
    past = {s for s, spells in life.spells.items() for x in spells if x.period.start <= view.day}
    said = []
    for state in sorted((signed | past | set(life.suspended)) - bound):
        finding = view.register.is_bound(life.treaty.id, state)
        if finding.truth is not Truth.TRUE:
            said.append(
                Statement(f"{finding.text[:1].upper()}{finding.text[1:]}.", finding.because)
            )
    return said


def _norms(view: View, life: Life) -> Table:
    columns = (
        Column("article", "Article"),
        Column("modality", "Modality"),
        Column("bearer", "Bearer"),
        Column("act", "Act"),
        Column("text", "In words"),
        Column("trigger", "Set off by"),
    )
    held = view.register.norms(treaty=life.treaty.id)
    rows: list[tuple[Cell, ...]] = []
    because: list[Because] = []
    for item in held:
        norm = item.norm
        trigger = ", ".join(
            f"{kind.replace('_', ' ')}{'' if truth is Truth.TRUE else f' ({truth})'}"
            for kind, truth in norm.trigger.items()
        )
        act = norm.act.replace("_", " ")
        rows.append((norm.article, norm.modality, norm.bearer, act, norm.text, trigger))
        why = Reason("article", norm.text, norm.ref, norm.source, norm.confidence)
        because.append((why, *item.because))
    return Table("norms", "Norms in force on the day", columns, tuple(rows), tuple(because), keys=4)


def _chart(view: View, life: Life) -> tuple[Chart, ...]:
    rows: list[tuple[Cell, ...]] = []
    for state, spells in sorted(life.spells.items()):
        for spell in spells:
            if spell.period.start <= view.day:
                end = min(spell.period.end or view.day, view.day)
                rows.append((state, "bound", spell.period.start, end))
    if not rows or len(rows) > 80:
        return ()
    columns = (Column("state", "State"), Column("status", "Status"), Column("since", "Since"),
               Column("until", "Until (not included)"))  # fmt: skip
    table = Table("spells", "Who was bound, from when to when", columns, tuple(rows), keys=3)
    title = "Who was bound, from when to when"
    return (Chart("spells", title, "timeline", table, "since", "state", "status", "until"),)
