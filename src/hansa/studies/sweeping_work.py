"""What a worker of a sweep does: equilibria for some rows of parameters, as one frame.

A task holds all that its result follows from, so that it can be sent anywhere, and is known
by the hash of it. Workers need no files.
"""

from __future__ import annotations

import copyreg
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
import polars as pl

from hansa import __version__
from hansa.coalitions.subsets import Array
from hansa.store import input_hash
from hansa.studies.arrangements import Terms
from hansa.studies.economies import THETA, Base, Ground
from hansa.studies.worth import Setting, without
from hansa.studies.worth_security import Pact, SecurityTerms, security_of, security_worth
from hansa.studies.worth_terms import terms_from
from hansa.studies.worth_union import SECURITY
from hansa.terms.errors import BadInput, NotConverged
from hansa.terms.reasons import Reason
from hansa.trade import Closure, Economy, NoEquilibrium, Shock, solve_many


def _proxy(content: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(content)


copyreg.pickle(MappingProxyType, lambda proxy: (_proxy, (dict(proxy),)))

VERSION = "hansa sweep 1"


class Task(Protocol):
    """A part of a sweep.

    ``key`` is the hash of all that its frame follows from; ``size`` the equilibria in it.
    """

    @property
    def key(self) -> str: ...

    @property
    def size(self) -> int: ...

    def run(self) -> pl.DataFrame: ...


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A union in one scenario, before anything uncertain is drawn.

    Parameters
    ----------
    ground : Ground
    organisation : str
    terms : Terms
    members, players : tuple of str
    closure : Closure
    pact : Pact or None
    security : SecurityTerms
    """

    ground: Ground
    organisation: str
    terms: Terms
    members: tuple[str, ...]
    players: tuple[str, ...]
    closure: Closure
    pact: Pact | None
    security: SecurityTerms

    def setting(
        self, row: Mapping[str, Any], bases: dict[tuple[Any, ...], Base] | None = None
    ) -> Setting:
        """The setting under a row of parameters.

        Parameters
        ----------
        row : mapping
        bases : dict, optional
            Bases made before, by what they were made with; filled.
        """
        known = {} if bases is None else bases
        how = {name: row[name] for name in ("cif", "floor", "free_trade") if name in row}
        made = tuple(sorted(how.items()))
        if made not in known:
            known[made] = self.ground.base(theta=THETA, **how)
        base = known[made].with_elasticity(float(row["theta"])) if "theta" in row else known[made]
        given = {n: row[n] for n in ("transport", "tariff", "coverage") if n in row}
        return Setting(
            base,
            self.organisation,
            terms_from(given, self.terms) if given else self.terms,
            self.members,
            self.players,
            without(base.arrangement, self.organisation),
            Closure(str(row.get("closure", self.closure))),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Payoffs under some blocs for some rows of parameters.

    Parameters
    ----------
    plan : Plan
    numbers : tuple of int
        Of the rows in the design.
    rows : tuple of mapping
        Their parameters.
    blocs : tuple of int
        Masks; the first is 0, no bloc.
    """

    plan: Plan
    numbers: tuple[int, ...]
    rows: tuple[Mapping[str, Any], ...]
    blocs: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.blocs or self.blocs[0] != 0:
            raise BadInput("blocs begin with 0: gains are against no bloc")

    @property
    def key(self) -> str:
        """The hash of all that the frame follows from."""
        return input_hash(
            VERSION, __version__, described(self.plan), list(self.numbers),
            [dict(row) for row in self.rows], list(self.blocs),
        )  # fmt: skip

    @property
    def size(self) -> int:
        """Equilibria in it."""
        return len(self.rows) * len(self.blocs)

    def run(self) -> pl.DataFrame:
        """A frame with a line per row and bloc; ``residual`` is NaN where there is no result."""
        names = self.plan.players
        blocs = [tuple(p for i, p in enumerate(names) if mask >> i & 1) for mask in self.blocs]
        trade = self._trade([bloc if len(bloc) > 1 else () for bloc in blocs])
        security = self._security(blocs)
        frames = []
        for k, number in enumerate(self.numbers):
            payoffs, residual = trade[k]
            frames.append(_frame(number, self.blocs, names, payoffs, security[k], residual))
        return pl.concat(frames)

    def _trade(self, blocs: Sequence[Sequence[str]]) -> list[tuple[Array, Array]]:
        """Real income by bloc and player, and residuals, of each row; NaN if it has none."""
        found = []
        bases: dict[tuple[Any, ...], Base] = {}
        made: tuple[tuple[Any, ...], list[Shock]] | None = None
        for row in self.rows:
            same = tuple(sorted((k, str(v)) for k, v in row.items() if k in _SHOCKS))
            try:
                setting = self.plan.setting(row, bases)
                if made is None or made[0] != same:
                    made = (same, [setting.shock(bloc) for bloc in blocs])
                found.append(_payoffs(setting, made[1]))
            except (NoEquilibrium, NotConverged, BadInput):  # told as a draw without a result
                lost = np.full((len(blocs), len(self.plan.players)), np.nan)
                found.append((lost, np.full(len(blocs), np.nan)))
        return found

    def _security(self, blocs: Sequence[Sequence[str]]) -> Array:
        """Security by row, bloc and player; zero without a pact, NaN if a row makes no sense."""
        plan = self.plan
        found = np.zeros((len(self.rows), len(blocs), len(plan.players)))
        if plan.pact is None:
            return found
        sound, terms = [], []
        for k, row in enumerate(self.rows):
            own = {name: float(row[name]) for name in SECURITY if name in row}
            try:
                terms.append(replace(plan.security, **own))
                sound.append(k)
            except BadInput:
                found[k] = np.nan
        if len(blocs) == (1 << len(plan.players)) - len(plan.players):  # all that are blocs
            masks = list(self.blocs)
            for k, own_terms in zip(sound, terms, strict=True):
                found[k] = security_worth(plan.pact, own_terms).payoffs[:, masks].T
        elif sound:
            found[sound] = security_of(plan.pact, blocs, terms)
        return found


_SHOCKS = ("cif", "floor", "free_trade", "transport", "tariff", "coverage", "closure")
"""Parameters that a shock depends on; the elasticity is not among them."""


@dataclass(frozen=True, slots=True, eq=False)
class Equilibria:
    """Equilibria of any economy under some shocks: real income of every country.

    Parameters
    ----------
    economy : Economy
    shocks : tuple of Shock
    name : str
        What the part is called.
    """

    economy: Economy
    shocks: tuple[Shock, ...]
    name: str = ""

    @property
    def key(self) -> str:
        """The hash of all that the frame follows from."""
        return input_hash(VERSION, __version__, described(self.economy),
                          [described(shock) for shock in self.shocks])  # fmt: skip

    @property
    def size(self) -> int:
        """Equilibria in it."""
        return len(self.shocks)

    def run(self) -> pl.DataFrame:
        """A frame with a line per shock and a column per country."""
        solved = solve_many(self.economy, self.shocks)
        welfare = np.array([equilibrium.welfare for equilibrium in solved])
        columns = {
            "shock": np.arange(len(solved)),
            "residual": np.array([equilibrium.residual for equilibrium in solved]),
        }
        names = self.economy.countries
        return pl.DataFrame(columns | {name: welfare[:, i] for i, name in enumerate(names)})


def described(value: Any) -> Any:
    """A value as plain mappings, lists and arrays, without reasons: what is hashed."""
    if isinstance(value, Reason):
        return None
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: described(getattr(value, f.name))
            for f in fields(value)
            if f.init and f.name != "because"
        }
    if isinstance(value, Mapping):
        return {str(key): described(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [described(inner) for inner in value]
    return value


def _payoffs(setting: Setting, shocks: list[Shock]) -> tuple[Array, Array]:
    """Real income of the players against no union, (blocs, n), and residuals."""
    rows = [setting.base.economy.index(name) for name in setting.players]
    solved = solve_many(setting.base.economy, shocks)
    welfare = np.array([equilibrium.welfare for equilibrium in solved])[:, rows]
    return welfare / welfare[0] - 1, np.array([s.residual for s in solved])


def _frame(
    number: int,
    blocs: Sequence[int],
    players: Sequence[str],
    trade: Array,
    security: Array,
    residual: Array,
) -> pl.DataFrame:
    columns: dict[str, Any] = {
        "row": np.full(len(blocs), number, dtype=np.int64),
        "bloc": np.array(blocs, dtype=np.int64),
        "residual": residual,
    }
    columns |= {f"trade {name}": trade[:, i] for i, name in enumerate(players)}
    columns |= {f"security {name}": security[:, i] for i, name in enumerate(players)}
    return pl.DataFrame(columns)
