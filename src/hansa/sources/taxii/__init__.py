"""A client of TAXII 2.1 servers: what others share, read page by page, and handed in."""

from hansa.sources.taxii.client import Client, Found, Page, Remote
from hansa.sources.taxii.line import Credentials, Line, Unanswered
from hansa.sources.taxii.progress import Progress

__all__ = ["Client", "Credentials", "Found", "Line", "Page", "Progress", "Remote", "Unanswered"]
