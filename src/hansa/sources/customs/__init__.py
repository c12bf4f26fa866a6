"""Files of customs: nomenclatures, tariffs, quotas, tariff books, declarations."""

from hansa.sources.customs.books import (
    read_book,
    read_exchange_rates,
    read_measure_columns,
    read_measures,
    write_measures,
)
from hansa.sources.customs.declarations import FileRun, assess_file
from hansa.sources.customs.nomenclatures import (
    read_eurasian_headings,
    read_goods,
    read_taric_nomenclature,
)
from hansa.sources.customs.quotas import read_agreement_quotas, read_quota_definitions
from hansa.sources.customs.tariffs import (
    Tariff,
    read_agreement_duties,
    read_eurasian_tariff,
    read_generalised_preferences,
    read_seasonal_preferences,
)

__all__ = [
    "FileRun",
    "Tariff",
    "assess_file",
    "read_agreement_duties",
    "read_agreement_quotas",
    "read_book",
    "read_eurasian_headings",
    "read_eurasian_tariff",
    "read_exchange_rates",
    "read_generalised_preferences",
    "read_goods",
    "read_measure_columns",
    "read_measures",
    "read_quota_definitions",
    "read_seasonal_preferences",
    "read_taric_nomenclature",
    "write_measures",
]
