"""Bulletins of a month, quarter or year: from a snapshot's facts to figures, tables, charts and words."""
