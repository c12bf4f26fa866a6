"""Readers of public interdiction instances; see `read_network` and `read_shortest_path`."""

from hansa.sources.interdiction.instances import (
    INSTANCES,
    Optimum,
    read_network,
    read_optima,
    read_shortest_path,
)

__all__ = ["INSTANCES", "Optimum", "read_network", "read_optima", "read_shortest_path"]
