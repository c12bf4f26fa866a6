"""The crew: processes of their own that answer what takes long, with nothing in their hands.

A member of the crew has no secret, no log, no accounts and no network; it reads no file but
the library's own and the world's, and writes none. It has so much memory, and so long for each
answer; then it is stopped, and another takes its place.
"""

from hansa.faces.web.crew.master import Crew, TooHeavy

__all__ = ["Crew", "TooHeavy"]
