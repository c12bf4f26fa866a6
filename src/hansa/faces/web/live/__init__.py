"""The live world: what is described and what the log adds, and who is told of it."""

from hansa.faces.web.live.topics import Compass, Topics
from hansa.faces.web.live.world import Edition, Live, Snapshot, Trouble

__all__ = ["Compass", "Edition", "Live", "Snapshot", "Topics", "Trouble"]
