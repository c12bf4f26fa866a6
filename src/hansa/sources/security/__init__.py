"""Readers of public data sets on security: checked tables, and the world of ATOP."""

from hansa.sources.security.atop_world import atop_world, treaty_name
from hansa.sources.security.doe import (
    OutcomeSample,
    load_model,
    outcome_sample,
    save_model,
    shipped_outcome_model,
)
from hansa.sources.security.folder import FILES, find, panel_tables, write_frame
from hansa.sources.security.readers import (
    read_atop_dyad_years,
    read_atop_members,
    read_capabilities,
    read_capitals,
    read_contiguity,
    read_cow_disputes,
    read_gml_disputes,
    read_gml_outcomes,
    read_gml_sides,
    read_honour_records,
    read_ideal_points,
    read_majors,
    read_military_expenditure,
    read_min_distances,
    read_states,
    read_un_votes,
)

__all__ = [
    "FILES",
    "OutcomeSample",
    "atop_world",
    "find",
    "load_model",
    "outcome_sample",
    "panel_tables",
    "read_atop_dyad_years",
    "read_atop_members",
    "read_capabilities",
    "read_capitals",
    "read_contiguity",
    "read_cow_disputes",
    "read_gml_disputes",
    "read_gml_outcomes",
    "read_gml_sides",
    "read_honour_records",
    "read_ideal_points",
    "read_majors",
    "read_military_expenditure",
    "read_min_distances",
    "read_states",
    "read_un_votes",
    "save_model",
    "shipped_outcome_model",
    "treaty_name",
    "write_frame",
]
