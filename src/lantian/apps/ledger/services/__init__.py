"""Writes of the ledgers: sources and what hangs on them."""

from lantian.apps.ledger.services.sources import (
    Conflict,
    SourceProblems,
    change_source,
    create_source,
    merge_sources,
    move_source,
    next_code,
)

__all__ = [
    "Conflict",
    "SourceProblems",
    "change_source",
    "create_source",
    "merge_sources",
    "move_source",
    "next_code",
]
