"""Worlds: folders of readable tables and TOML files, read into `hansa.record.World`."""

from hansa.worlds.reader import embedded, open_world, read_world
from hansa.worlds.scenario import Scenario, read_scenario

__all__ = ["Scenario", "embedded", "open_world", "read_scenario", "read_world"]
