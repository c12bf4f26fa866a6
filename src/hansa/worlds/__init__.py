"""Worlds: folders of readable tables and TOML files, read into `hansa.record.World`."""

from hansa.worlds.reader import embedded, open_world, read_world

__all__ = ["embedded", "open_world", "read_world"]
