"""Readers of data on joint operations: force-generation instances, SMPS files, UN facts."""

from hansa.sources.operations.instances import ForceInstance, read_force_instance
from hansa.sources.operations.smps import read_smps
from hansa.sources.operations.un_facts import UnFacts, read_un_facts

__all__ = [
    "ForceInstance",
    "UnFacts",
    "read_force_instance",
    "read_smps",
    "read_un_facts",
]
