"""Random duties, styles and bases for property tests."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from hansa.customs.duties import (
    ENGLISH,
    RUSSIAN,
    TARIC,
    AdValorem,
    AtLeast,
    AtMost,
    Basis,
    Component,
    Extreme,
    Ladder,
    OfExcess,
    Per,
    Quantities,
    Rate,
    Specific,
    Step,
    Style,
    Sum,
)

UNITS = ("KGM", "LTR", "HLT", "NAR", "NPR", "MTK", "MTQ", "CMQENG", "LPA", "CTM", "DZN", "TNE")
numbers = st.decimals(0, 5000, places=3).map(abs)
counts = st.sampled_from([Decimal(1), Decimal(100), Decimal(1000)])
pers = st.builds(Per, st.sampled_from(UNITS), counts)
percents = st.builds(AdValorem, numbers)
specifics = st.builds(Specific, numbers, st.sampled_from(["EUR", "USD", "GBP"]), pers)
leaves = st.one_of(percents, specifics)


@st.composite
def sums(draw: st.DrawFn) -> Rate:
    terms = draw(st.lists(leaves, min_size=2, max_size=4))
    signs = [1, *draw(st.lists(st.sampled_from([1, -1]), min_size=3, max_size=3))]
    return Sum(tuple(zip(signs, terms, strict=False)))


def limits(inner: st.SearchStrategy[Rate]) -> st.SearchStrategy[Rate]:
    other = st.one_of(leaves, sums())
    return st.one_of(
        st.builds(AtLeast, inner, other),
        st.builds(AtMost, inner, other),
        st.builds(Extreme, st.lists(inner, min_size=2, max_size=3).map(tuple), st.booleans()),
    )


rates: st.SearchStrategy[Rate] = st.recursive(st.one_of(leaves, sums()), limits, max_leaves=6)
monotone: st.SearchStrategy[Rate] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(AtLeast, inner, leaves),
        st.builds(AtMost, inner, leaves),
        st.builds(Extreme, st.lists(inner, min_size=2, max_size=3).map(tuple), st.booleans()),
        st.lists(inner, min_size=2, max_size=3).map(lambda t: Sum(tuple((1, r) for r in t))),
    ),
    max_leaves=6,
)
named: st.SearchStrategy[Rate] = st.sampled_from(["EA", "ADSZ", "ADFMR", "AC"]).map(Component)
ladders: st.SearchStrategy[Rate] = st.lists(
    st.builds(Step, st.builds(Specific, numbers, st.just("EUR"), pers), leaves),
    min_size=1,
    max_size=4,
).map(lambda steps: Ladder(tuple(steps)))
excesses: st.SearchStrategy[Rate] = st.builds(
    OfExcess,
    monotone,
    st.lists(st.tuples(numbers, st.sampled_from(["EUR", "KGM"])), max_size=2).map(tuple),
)
everything = st.one_of(rates, named, ladders, excesses)
styles: st.SearchStrategy[Style] = st.sampled_from([TARIC, ENGLISH, RUSSIAN])


@st.composite
def bases(draw: st.DrawFn, value: Fraction | None = None) -> Basis:
    amounts = {
        code: draw(st.fractions(0, 10**5, max_denominator=1000))
        for code in ("KGM", "LTR", "NAR", "NPR", "MTK", "MTQ", "CMQENG", "LPA")
    }
    worth = draw(st.fractions(0, 10**6, max_denominator=100)) if value is None else value
    return Basis(
        worth,
        "EUR",
        Quantities.of(amounts),
        {"USD": Fraction(9, 10), "GBP": Fraction(7, 6)},
    )
