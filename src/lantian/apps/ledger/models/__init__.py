"""What the ledgers store: sources, their history, files and views; imports; change notices; credentials."""

from lantian.apps.ledger.models.conduct import GateCheck, MachineCheck, PermitReport, SourcePenalty
from lantian.apps.ledger.models.credentials import Credential, CredentialEvent
from lantian.apps.ledger.models.imports import LedgerImport
from lantian.apps.ledger.models.projects import OffsetCredit, OffsetUse, Pollutant, Project, ProjectEvent
from lantian.apps.ledger.models.sources import (
    Attachment,
    ChangeNotice,
    SavedView,
    Source,
    SourceChange,
    Subscription,
)

__all__ = [
    "Attachment",
    "ChangeNotice",
    "Credential",
    "CredentialEvent",
    "GateCheck",
    "LedgerImport",
    "MachineCheck",
    "OffsetCredit",
    "OffsetUse",
    "PermitReport",
    "Pollutant",
    "Project",
    "ProjectEvent",
    "SavedView",
    "Source",
    "SourceChange",
    "SourcePenalty",
    "Subscription",
]
