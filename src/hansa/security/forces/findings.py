"""What was noticed while a plan was made, beside the plan itself: nothing is dropped silently."""

from __future__ import annotations

from dataclasses import dataclass

from hansa.terms.errors import Place
from hansa.terms.reasons import Because


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the reader of a plan has to know.

    Parameters
    ----------
    kind : str
        Short stable name: ``pledged_twice``, ``lapsed``, ``unassessed``, ``no_notice``,
        ``unknown_base``, ``no_coordinates``, ``no_consent``, ``zero_throughput``,
        ``no_route``, ``condition_open``, ``committed_elsewhere``, ``routes_cut``.
    text : str
        A sentence.
    about : str
        The unit, place or state it concerns.
    because : Because
        What it rests on.
    where : Place, optional
        Where the input stands.
    """

    kind: str
    text: str
    about: str = ""
    because: Because = ()
    where: Place | None = None
