"""All record types in one place: importing this module fills the registry of table names."""

from lantian.policy import (
    records_accountability,
    records_air,
    records_alarm,
    records_assessment,
    records_bulletin,
    records_capacity,
    records_case,
    records_complaint,
    records_credential,
    records_document,
    records_duty,
    records_inspection,
    records_ledger,
    records_measure,
    records_notice,
    records_plan,
    records_project,
    records_ranking,
    records_rectification,
    records_rule,
    records_sample,
    records_telemetry,
    records_work,
)
from lantian.policy.records import RECORD_TYPES, Record

MODULES = (
    records_accountability,
    records_air,
    records_alarm,
    records_assessment,
    records_bulletin,
    records_capacity,
    records_case,
    records_complaint,
    records_credential,
    records_document,
    records_duty,
    records_inspection,
    records_ledger,
    records_measure,
    records_notice,
    records_plan,
    records_project,
    records_ranking,
    records_rectification,
    records_rule,
    records_sample,
    records_telemetry,
    records_work,
)
"""The modules whose import registers their record types."""


def record_types() -> dict[str, type[Record]]:
    """Return every record type under the name of its table."""
    return dict(RECORD_TYPES)
