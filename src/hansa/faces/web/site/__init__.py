"""The site: what all requests share, and how a page or an answer is given."""

from hansa.faces.web.site.addresses import address_in
from hansa.faces.web.site.answers import Site, page_json
from hansa.faces.web.site.ground import SESSION, Ground
from hansa.faces.web.site.writing import Writing

__all__ = ["SESSION", "Ground", "Site", "Writing", "address_in", "page_json"]
