"""Reads of notices: inbox and bell, the delivery record, and whom an organisation's events concern."""
