"""Sphinx: MyST pages, reference from docstrings."""

from __future__ import annotations

from hansa import __version__

project = "hansa"
author = "The hansa developers"
version = release = __version__
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx.ext.viewcode",
]
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing", "myst.header", "toc.not_included"]
autosummary_generate = True
autosummary_ignore_module_all = False
autodoc_typehints = "none"
templates_path = ["_templates"]
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
exclude_patterns = ["_build", "worlds", "scenarios", "books", "notation/*", "glossary/*"]
html_theme = "furo"
html_title = f"hansa {version}"
html_static_path = ["_static"]
