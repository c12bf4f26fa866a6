"""How a duty is spelt: the words and spaces between the parts of its structure.

The reader notes what it sees (`Style`), the writer puts it back. Every field is the very
text between two parts, so that what was read is what is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["en", "ru"]


@dataclass(frozen=True, slots=True)
class Style:
    """The joints of a text.

    Parameters
    ----------
    language : {"en", "ru"}
        Language of units and currency words.
    comma : bool
        Whether the decimal mark is a comma.
    grouped : bool
        Whether thousands are set apart by a comma: ``1,000 p/st``.
    percent, retail, base : str
        What follows the number of a percentage of the value, of the retail price, of the
        base rate.
    money : str
        Between an amount and its currency; ``symbol`` likewise where a sign stands first.
    over : str
        Between currency and unit; ``count`` between a number of units and the unit;
        ``mark`` before a qualifier.
    one : bool
        Whether a count of one is written: ``за 1 кг``.
    plus, minus, negative : str
        Between terms; ``negative`` before a first term that is subtracted.
    least, most : str
        Before a floor and a ceiling.
    lower, higher : tuple of three str
        Before, between and after the options of *the lower of … and …*.
    either_lower, either_higher : tuple of two str
        Between and after the options of *… or …, whichever is lower*.
    excess, over_limits : str
        After a rate on an excess, and before its limits.
    rung : tuple of two str
        Between price and rate of a ladder's step, and between steps.
    varied : tuple of (str, tuple)
        For a joint that a text spells in several ways, all of them in order.
    """

    language: Language = "en"
    comma: bool = False
    grouped: bool = False
    percent: str = " %"
    retail: str = " % of the retail price"
    base: str = " % of the base rate"
    money: str = " "
    symbol: str = ""
    over: str = " / "
    count: str = " "
    mark: str = "/"
    one: bool = False
    plus: str = " + "
    minus: str = " - "
    negative: str = "- "
    least: str = " MIN "
    most: str = " MAX "
    lower: tuple[str, str, str] = ("the lower of ", ", ", " and ")
    higher: tuple[str, str, str] = ("the higher of ", ", ", " and ")
    either_lower: tuple[str, str] = (" or ", ", whichever is lower")
    either_higher: tuple[str, str] = (" or ", ", whichever is higher")
    excess: str = " of the excess"
    over_limits: tuple[str, str] = (" over ", " and ")
    rung: tuple[str, str] = (" (01): ", "; ")
    varied: tuple[tuple[str, tuple[object, ...]], ...] = ()


TARIC: Final = Style(plus=" + ", least=" MIN ", most=" MAX ")
"""As the TARIC prints duties: ``8.30 % + EA MAX 18.70 % + ADSZ``."""

ENGLISH: Final = Style(
    over=" per ",
    least=", but not less than ",
    most=", but not more than ",
)
"""In words: ``10 %, but not less than 2 EUR per kg``."""

RUSSIAN: Final = Style(
    language="ru",
    comma=True,
    percent="",
    retail=" % от розничной цены",
    base=" % от базовой ставки",
    over=" за ",
    one=True,
    plus=" плюс ",
    minus=" минус ",
    negative="минус ",
    least=", но не менее ",
    most=", но не более ",
    lower=("наименьшая из ", ", ", " и "),
    higher=("наибольшая из ", ", ", " и "),
    either_lower=(
        ", либо ",
        ", в зависимости от того, какая из исчисленных сумм таможенной пошлины ниже",
    ),
    either_higher=(
        ", либо ",
        ", в зависимости от того, какая из исчисленных сумм таможенной пошлины выше",
    ),
    excess=", от превышения",
    over_limits=(" над ", " и "),
)
"""As the Eurasian common tariff prints duties: ``10, но не менее 2 евро за 1 кг``."""
