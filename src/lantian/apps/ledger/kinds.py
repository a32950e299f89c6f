"""The ledgers of the pack in use (台账类别), by id, with what pages need to know of an attribute."""

from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings
from django.utils.translation import get_language

from lantian.apps.accounts.responsibility import Trade
from lantian.kernel.errors import LantianError, Text
from lantian.policy.reader import load_pack
from lantian.policy.records_ledger import Attribute, Choice, CredentialKind, Duty, Kind, LedgerFigure, Move, State
from lantian.policy.records_rule import Fact, FactKind


class NoSuchKind(LantianError):
    """A ledger that the pack does not have."""

    def __init__(self, found: str) -> None:
        super().__init__(Text(f"政策包中没有台账“{found}”。", f"The pack has no ledger {found!r}."))


@lru_cache(maxsize=4)
def _of_pack(pack: str) -> tuple[Mapping[str, Kind], Mapping[str, CredentialKind], Mapping[str, LedgerFigure]]:
    loaded = load_pack(pack)
    kinds = sorted(loaded.all(Kind), key=lambda kind: (kind.order, kind.id))
    credentials = {one.id: one for one in loaded.all(CredentialKind)}
    return {one.id: one for one in kinds}, credentials, {one.id: one for one in loaded.all(LedgerFigure)}


def kinds() -> Mapping[str, Kind]:
    """Return every ledger of the pack by id, in the pack's order."""
    return _of_pack(str(settings.PACK))[0]


def trades() -> list[Trade]:
    """Return each ledger with the department that answers for it, for the tree of responsibility."""
    return [Trade(Text(one.zh, one.en), one.trade) for one in kinds().values() if one.trade]


def kind(name: str) -> Kind:
    """Return a ledger by id; raises NoSuchKind."""
    found = kinds().get(name)
    if found is None:
        raise NoSuchKind(name)
    return found


def credential_kinds() -> Mapping[str, CredentialKind]:
    """Return every kind of credential by id."""
    return _of_pack(str(settings.PACK))[1]


def ledger_figures() -> Mapping[str, LedgerFigure]:
    """Return every figure over the ledgers by id."""
    return _of_pack(str(settings.PACK))[2]


def label(record: Attribute | Choice | State | Move | Duty | Kind | CredentialKind | LedgerFigure) -> str:
    """Return a record's name in the reader's language."""
    return record.en if (get_language() or "zh").startswith("en") else record.zh


_FACT_KINDS: Mapping[str, FactKind] = {
    "number": "number",
    "integer": "number",
    "flag": "flag",
    "date": "day",
    "choices": "texts",
}


def facts_of(kind: Kind) -> dict[str, Fact]:
    """Return the facts that conditions over a kind may ask about: its attributes, its state, its area.

    The rule engine explains itself by their names; units are the attributes' own.
    """
    found = {one.name: _fact(one, kind) for one in kind.attributes}
    states = tuple(state.id for state in kind.states)
    found["state"] = Fact(id="state", zh="状态", en="state", kind="text", choices=states, standard=kind.id)
    found["area"] = Fact(id="area", zh="区域", en="area", kind="text", standard=kind.id)
    return found


def _fact(attribute: Attribute, kind: Kind) -> Fact:
    fact_kind = _FACT_KINDS.get(attribute.type, "text")
    choices = tuple(one.id for one in attribute.choices) if fact_kind == "text" else ()
    unit = (attribute.unit or "1") if fact_kind == "number" else None
    return Fact(
        id=attribute.name,
        zh=attribute.zh,
        en=attribute.en,
        kind=fact_kind,
        unit=unit,
        choices=choices,
        standard=kind.id,
    )
