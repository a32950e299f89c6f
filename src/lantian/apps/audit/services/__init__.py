"""Entries of the audit log, and the seal of each day over them and the day's frames."""

from lantian.apps.audit.services.days import chain, close_days, entry_lines
from lantian.apps.audit.services.entries import record, verify_chain

__all__ = ["chain", "close_days", "entry_lines", "record", "verify_chain"]
