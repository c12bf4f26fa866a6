"""Reports and warnings for others: STIX 2.1, CAP 1.2, CSV; and read from others."""

from hansa.cooperation.exchange.identifiers import incident_id, timestamp
from hansa.cooperation.exchange.reading import LeftOut, Reading, read_bundle
from hansa.cooperation.exchange.stix import acts_of, bundle_of, objects_of, origin_of

__all__ = [
    "LeftOut",
    "Reading",
    "acts_of",
    "bundle_of",
    "incident_id",
    "objects_of",
    "origin_of",
    "read_bundle",
    "timestamp",
]
