"""What is said about one union: changes, offers, groups, foresight, the accession path."""

from __future__ import annotations

from collections.abc import Sequence

from hansa.coalitions import Path, Stability, deviations, ends, farsighted, told
from hansa.coalitions.foresight import FARSIGHTED_UP_TO
from hansa.coalitions.standing import Membership
from hansa.studies.accession_worth import LEVERS, harmless, tip, verified
from hansa.studies.economies import LIMITS
from hansa.studies.worth import Setting, money
from hansa.studies.worth_exhibits import (
    PERCENT,
    TRADE_LIMITS,
    kemp_wan_statement,
    lines_of,
    listed,
    payments_table,
    percent,
    tips_table,
)
from hansa.studies.worth_security import LIMITS as SECURITY_LIMITS
from hansa.studies.worth_union import Prospects
from hansa.terms.exhibits import Column, Exhibit, Statement, Table

Said = tuple[list[Statement], list[Exhibit]]
GROUPS_AHEAD = 10
"""States up to which foresight moves groups at once."""


def effect_statements(found: Prospects, mover: str) -> list[Statement]:
    """What a state's move brings it, and whom else it moves."""
    outlook = found.mixed
    band = percent(outlook.moves(mover), len(outlook.draws))
    said = [Statement(f"{mover}: {band} of its income by it.", found.because)]
    change = {m: outlook.changes(mover, m) for m in outlook.players if m != mover}
    win = [s for s, b in change.items() if b.point > outlook.noise]
    lose = [s for s, b in change.items() if b.point < -outlook.noise]
    minded = f"more than {outlook.noise:.2%} of income"
    if not win and not lose:
        text = f"Nobody else gains or loses {minded} by it."
    else:
        text = f"By it {listed(win)} would gain {minded}, {listed(lose)} would lose."
    said.append(Statement(text, found.because))
    return said


def offers(found: Prospects, setting: Setting, newcomer: str) -> Said:
    """What would have to be offered to whom, checked in the model; levers; Kemp and Wan."""
    assert found.trade is not None
    paid = found.trade.payments(newcomer, money(setting))
    wider = (*setting.members, newcomer)
    said: list[Statement] = []
    exhibits: list[Exhibit] = []
    if paid.moved > 0:
        before, after = setting.gains(setting.members), verified(setting, wider, paid)
        worst = max(0.0, -min(after[name] - before[name] for name in wider))
        text = (
            f"To compensate everybody in trade, {paid.moved:,.1f} million USD a year would change "
            f"hands{_short(paid.outside)}; once they are paid, nobody in it loses more than "
            f"{worst:.3%} of income."
        )
        said.append(Statement(text, paid.because))
        exhibits.append(payments_table(paid, "million USD"))
    else:
        said.append(Statement("In trade, nobody in it would have to be compensated.", paid.because))
    more, shown = levers(setting, [newcomer], found.trade.moves(newcomer).point > found.trade.noise)
    said, exhibits = said + more, exhibits + shown
    free = harmless(setting, wider)
    if free is not None:
        said.append(kemp_wan_statement(free, setting))
    return said, exhibits


def keeping(found: Prospects, setting: Setting) -> Said:
    """Payments that keep everybody in; levers for the first who would leave, and the next."""
    assert found.trade is not None
    said: list[Statement] = []
    exhibits: list[Exhibit] = []
    kept = found.trade.kept(money(setting))
    if kept.moved > 0:
        text = (
            f"To keep every member in for its trade, {kept.moved:,.1f} million USD a year would "
            f"change hands{_short(kept.outside)}."
        )
        said.append(Statement(text, kept.because))
        exhibits.append(payments_table(kept, "million USD"))
    trade = found.trade
    reluctant = [s for s in trade.outsiders if s not in trade.joiners()]
    nearest = sorted(reluctant, key=lambda s: -trade.moves(s).point)[:1]
    more, shown = levers(setting, [*trade.leavers()[:1], *nearest])
    said, exhibits = said + more, exhibits + shown
    free = harmless(setting, setting.members)
    if free is not None:
        said.append(kemp_wan_statement(free, setting))
    return said, exhibits


def levers(setting: Setting, states: Sequence[str], willing: bool = False) -> Said:
    """At which cut, share or tariff states would join or stay."""
    tips = [tip(setting, name, setting.members, lever) for name in states for lever in LEVERS]
    said = []
    for state in states:
        ways = [t.text for t in tips if t.state == state and t.found.at is not None]
        verb = "stay in" if state in setting.members else "join"
        still = "still " if willing else ""
        if ways:
            said.append(
                Statement(f"{state} would {still}{verb} for {' or '.join(ways)}.", setting.because)
            )
    return said, [tips_table(tips)] if tips else []


def group_statements(all_blocs: Stability, bloc: Sequence[str]) -> list[Statement]:
    """Groups that would move together, and what foresight keeps."""
    worth = all_blocs.worth
    groups = [d for d in deviations(worth, bloc) if len(d.group) > 1]
    said = []
    if groups:
        said.append(Statement(f"Together: {told(groups[:3], worth)}.", worth.because))
    if worth.n <= FARSIGHTED_UP_TO:
        ahead = farsighted(worth, groups=worth.n <= GROUPS_AHEAD)
        held = tuple(sorted(bloc)) in {tuple(sorted(b)) for b in ahead.blocs()}
        text = (
            f"Looking ahead, it {'is' if held else 'is not'} among the {len(ahead.consistent)} "
            "blocs that would hold (largest consistent set, Chwe 1994)."
        )
        said.append(Statement(text, worth.because))
    return said


def path_statements(all_blocs: Stability, way: Path, membership: Membership) -> list[Statement]:
    """One order of moves, and where all of them lead."""
    because = all_blocs.worth.because
    said = [Statement(f"Accession path ({membership} membership): {way}.", because)]
    if len(way.start) > 1:
        where = ends(all_blocs, way.start, membership=membership)
        stops = "; ".join(" ".join(bloc) for bloc in where.stops[:3]) or "nowhere"
        more = f" and {len(where.stops) - 3} more" if len(where.stops) > 3 else ""
        circles = ", or go round" if where.circles else ""
        text = f"In any order, moves end with {stops}{more}{circles}; {where.reached} blocs can be "
        said.append(Statement(f"{text}reached.", because))
    return said


def blocs_table(all_blocs: Stability, membership: Membership) -> Table:
    """The largest blocs that hold."""
    worth = all_blocs.worth
    held = all_blocs.stable(membership)
    rows = []
    for mask in held[:20].tolist():
        gains = worth.gains(mask)
        inside = [name for i, name in enumerate(worth.players) if mask >> i & 1]
        rows.append((" ".join(inside), len(inside), PERCENT * min(gains[n] for n in inside)))
    columns = (
        Column("bloc", "Bloc"),
        Column("size", "States"),
        Column("least", "Least gain of a member", "%", 3),
    )
    note = f"{held.size} of {1 << worth.n} blocs hold; the largest are shown."
    title = f"Blocs that hold ({membership} membership)"
    return Table("stable", title, columns, tuple(rows), note=note)


def limits_of(found: Prospects) -> tuple[str, ...]:
    """What the numbers do not show."""
    trade = () if found.setting is None else (*LIMITS, *TRADE_LIMITS)
    security = () if found.pact is None else SECURITY_LIMITS
    return (*trade, *security, *lines_of(found.because))


def _short(outside: float) -> str:
    return f", {outside:,.1f} of it from outside" if outside > 0 else ""
