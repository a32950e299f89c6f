"""Sphinx: the documentation of Lantian; a warning is an error."""

project = "Lantian 蓝天"
author = "The Lantian authors"
copyright = "2026, the Lantian authors"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.doctest"]
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Lantian 蓝天"
html_static_path: list[str] = []
templates_path: list[str] = []
suppress_warnings: list[str] = []
