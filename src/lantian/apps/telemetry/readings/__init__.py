"""Selectors of the air pages: exact grids of the lake in, typed page data out; no request, no clock, no database."""
