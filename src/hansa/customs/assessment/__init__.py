"""What a shipment pays: value, options, cascade, quotas, circulation, refunds."""

from hansa.customs.assessment.cascade import Assessed, Charge, Share, assess
from hansa.customs.assessment.circulation import Freedom, Status, national_or_common
from hansa.customs.assessment.crossing import Crossing, crossing
from hansa.customs.assessment.exchange import ExchangeRates, Quote
from hansa.customs.assessment.line import Line, Sum
from hansa.customs.assessment.office import Office
from hansa.customs.assessment.options import Option
from hansa.customs.assessment.practice import Displacement, Practice, Round
from hansa.customs.assessment.quotas import Balances, Refusal, Run, assess_all
from hansa.customs.assessment.refunds import Refund, refunds
from hansa.customs.assessment.valuation import CustomsValue, customs_value

__all__ = [
    "Assessed",
    "Balances",
    "Charge",
    "Crossing",
    "CustomsValue",
    "Displacement",
    "ExchangeRates",
    "Freedom",
    "Line",
    "Office",
    "Option",
    "Practice",
    "Quote",
    "Refund",
    "Refusal",
    "Round",
    "Run",
    "Share",
    "Status",
    "Sum",
    "assess",
    "assess_all",
    "crossing",
    "customs_value",
    "national_or_common",
    "refunds",
]
