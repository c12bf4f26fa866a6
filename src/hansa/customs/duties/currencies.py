"""Currencies as duties name them: codes, symbols, and words in the languages of tariffs."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import Final

_ISO_4217 = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW
KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED
VES VND VUV WST XAF XCD XDR XOF XPF YER ZAR ZMW ZWL
"""

# Units of account of tariffs and currencies that tariffs of the 1990s still name.
_HISTORICAL = "XEM XEU ECU BYR BYB RUR AMD TJR DEM FRF ITL ATS BEF NLG ESP PTE FIM IEP GRD LUF"

SUBUNITS: Final = MappingProxyType({"USX": ("USD", 100), "GBX": ("GBP", 100)})
"""Codes for a hundredth of a currency, as US tariffs count: ``45c each``."""

CODES: Final = tuple(dict.fromkeys([*_ISO_4217.split(), *_HISTORICAL.split(), *SUBUNITS]))

SYMBOLS_BEFORE: Final = MappingProxyType({"$": "USD", "€": "EUR", "£": "GBP"})
SYMBOLS_AFTER: Final = MappingProxyType({"c": "USX", "¢": "USX", "p": "GBX"})

_RUSSIAN: Final = MappingProxyType(
    {
        "EUR": ("евро", "евро", "евро"),
        "USD": ("доллар США", "доллара США", "долларов США"),
        "RUB": ("рубль", "рубля", "рублей"),
        "KZT": ("тенге", "тенге", "тенге"),
        "BYN": ("белорусский рубль", "белорусских рубля", "белорусских рублей"),
    }
)

RUSSIAN_WORDS: Final = MappingProxyType(
    {form: code for code, forms in _RUSSIAN.items() for form in forms}
)


def russian_word(currency: str, amount: Fraction) -> str:
    """The currency's word in the case that the number before it asks for.

    One dollar, two dollars and five dollars take three forms; a fraction takes the second.
    A currency without a word keeps its code.
    """
    forms = _RUSSIAN.get(currency)
    if forms is None:
        return currency
    if amount.denominator != 1:
        return forms[1]
    tens, ones = amount.numerator % 100, amount.numerator % 10
    if ones == 1 and tens != 11:
        return forms[0]
    if 2 <= ones <= 4 and not 12 <= tens <= 14:
        return forms[1]
    return forms[2]
