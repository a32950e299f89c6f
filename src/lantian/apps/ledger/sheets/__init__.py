"""Sheets of the ledgers (台账表格): the template of a kind, and the reading of what people hand in."""
