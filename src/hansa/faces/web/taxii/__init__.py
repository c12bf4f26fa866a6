"""Exchange of reports by TAXII 2.1: what readers may see, as STIX objects in collections."""

from hansa.faces.web.taxii.door import add

__all__ = ["add"]
