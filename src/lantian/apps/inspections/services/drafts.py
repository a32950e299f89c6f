"""An inspection as it is sent (检查稿), and its answers read by the checklist."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.alarms.models import Alarm
from lantian.apps.inspections.models import Inspection, PlanEntry
from lantian.apps.inspections.services.errors import ItemProblems
from lantian.apps.ledger.models import Source
from lantian.kernel.errors import Text
from lantian.policy.records_inspection import ChecklistItem, ChecklistRecord

OK, FAIL, NOT_APPLICABLE = "ok", "fail", "na"


@dataclass(frozen=True)
class Answer:
    """An answer to an item: ok, fail or na; value: the number or the choice, from which ok or fail follows."""

    item: str
    answer: str = ""
    value: str = ""
    note: str = ""


@dataclass(frozen=True)
class InspectionDraft:
    """An inspection as it is sent. client_id: made by who fills it in, once.

    source or place: where. entry: of a plan; found by itself where it is None. organisation: of whom it is an
    inspection; the first post's where it is None. inspectors: who was there beside the sender. no_entry: nobody let
    them in, so that nothing is answered. photos: client ids of the photos that were taken; all must have arrived.
    """

    client_id: UUID
    checklist: str
    began_at: datetime
    ended_at: datetime
    answers: Sequence[Answer] = ()
    source: Source | None = None
    place: str = ""
    longitude: float | None = None
    latitude: float | None = None
    organisation: Organisation | None = None
    inspectors: Sequence[Person] = ()
    origin: str = Inspection.Origin.ROUTINE
    entry: PlanEntry | None = None
    alarm: Alarm | None = None
    note: str = ""
    no_entry: bool = False
    photos: Sequence[UUID] = ()
    synthetic: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of what was sent, so that the same id with other content is noticed."""
        sent = [
            self.checklist, self.began_at.isoformat(), self.ended_at.isoformat(),
            sorted([one.item, one.answer, one.value, one.note] for one in self.answers),
            self.source.pk if self.source else None, self.place, self.longitude, self.latitude, self.note,
            self.no_entry, sorted(str(one) for one in self.photos),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(sent, ensure_ascii=False).encode()).hexdigest()


def read_answers(draft: InspectionDraft, checklist: ChecklistRecord) -> list[Answer]:
    """Return the answers in the checklist's order, each decided; raises ItemProblems with all that is wrong."""
    given = {one.item: one for one in draft.answers}
    unknown = sorted(set(given) - {item.id for item in checklist.items})
    problems = [(name, Text(f"没有检查项“{name}”", f"there is no item {name!r}")) for name in unknown]
    found: list[Answer] = []
    for item in checklist.items:
        read = _read(item, given.get(item.id, Answer(item.id)))
        if isinstance(read, Text):
            problems.append((item.id, read))
        else:
            found.append(read)
    if problems:
        raise ItemProblems(problems)
    return found


def _read(item: ChecklistItem, given: Answer) -> Answer | Text:
    """Return the decided answer, or what is wrong with it."""
    if given.answer == NOT_APPLICABLE:
        if item.must:
            return Text(f"“{item.zh}”不得填不适用", f"“{item.en}” has to be answered")
        return Answer(item.id, NOT_APPLICABLE, "", given.note.strip()[:500])
    answer = {"yes-no": _yes_no, "number": _number, "choice": _choice}[item.answer](item, given)
    if isinstance(answer, Text):
        return answer
    return Answer(item.id, answer, given.value.strip(), given.note.strip()[:500])


def _yes_no(item: ChecklistItem, given: Answer) -> str | Text:
    return given.answer if given.answer in (OK, FAIL) else Text(f"“{item.zh}”未答", f"“{item.en}” has no answer")


def _number(item: ChecklistItem, given: Answer) -> str | Text:
    try:
        value = Decimal(given.value.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= Decimal(10) ** 9:
        return Text(f"“{item.zh}”须填数值（{item.unit}）", f"“{item.en}” needs a number in {item.unit}")
    below = item.low is not None and value < item.low
    above = item.high is not None and value > item.high
    return FAIL if below or above else OK


def _choice(item: ChecklistItem, given: Answer) -> str | Text:
    chosen = {one.id: one for one in item.choices}.get(given.value.strip())
    if chosen is None:
        return Text(f"“{item.zh}”须选一项", f"“{item.en}” needs one of its choices")
    return FAIL if chosen.fails else OK
