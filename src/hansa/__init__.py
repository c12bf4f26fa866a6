"""hansa: a union of states, as software."""

__version__ = "0.1.0"
