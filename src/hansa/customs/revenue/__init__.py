"""Who gets the money: keys by date, daily distribution to the minor unit, balances.

>>> from datetime import date
>>> from hansa.customs.revenue import balances, distribute, fixed_keys
>>> book = fixed_keys([("A", 60, date(2020, 1, 1), None), ("B", 40, date(2020, 1, 1), None)])
>>> ledger = [(date(2020, 1, 2), "B", "import_duty", "EUR", 101)]
>>> [(b.member, str(b.net)) for b in balances(distribute(ledger, book))]
[('A', '0.61 EUR'), ('B', '-0.61 EUR')]
"""

from hansa.customs.revenue.acts import keys_from_acts
from hansa.customs.revenue.balance import Balance, Every, balances, netted
from hansa.customs.revenue.book import IMPORT_DUTIES, DatedKey, KeyBook, fixed_keys
from hansa.customs.revenue.distribute import Carry, Distribution, distribute
from hansa.customs.revenue.exhibits import (
    balance_chart,
    balance_table,
    key_chart,
    key_table,
    section,
)
from hansa.customs.revenue.formula import Economy, FormulaShares
from hansa.customs.revenue.keys import Destination, FixedShares, Key, Pot, RetainedPool
from hansa.customs.revenue.ledger import Ledger, read_ledger
from hansa.customs.revenue.rates import Rates
from hansa.customs.revenue.settlement import (
    Calendar,
    DailyInterest,
    Interest,
    Late,
    RisingInterest,
    Settlement,
    settle,
    transfers,
)

__all__ = [
    "IMPORT_DUTIES",
    "Balance",
    "Calendar",
    "Carry",
    "DailyInterest",
    "DatedKey",
    "Destination",
    "Distribution",
    "Economy",
    "Every",
    "FixedShares",
    "FormulaShares",
    "Interest",
    "Key",
    "KeyBook",
    "Late",
    "Ledger",
    "Pot",
    "Rates",
    "RetainedPool",
    "RisingInterest",
    "Settlement",
    "balance_chart",
    "balance_table",
    "balances",
    "distribute",
    "fixed_keys",
    "key_chart",
    "key_table",
    "keys_from_acts",
    "netted",
    "read_ledger",
    "section",
    "settle",
    "transfers",
]
