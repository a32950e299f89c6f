"""How an entry's facts read on a page (展示): names of fields, values, masks; the same everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lantian.apps.accounts.masking import masked
from lantian.apps.accounts.models import Area, Organisation, Person
from lantian.apps.ledger.kinds import label
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.values import Stored, written
from lantian.policy.records_ledger import Attribute, Kind

OWN_LABELS: Mapping[str, Promise] = {
    "code": gettext_lazy("编码"),
    "name": gettext_lazy("名称"),
    "state": gettext_lazy("状态"),
    "area": gettext_lazy("街乡"),
    "address": gettext_lazy("地址"),
    "owner": gettext_lazy("责任单位"),
    "trade": gettext_lazy("主管部门"),
    "grid_owner": gettext_lazy("网格长"),
    "parent": gettext_lazy("所属对象"),
    "longitude": gettext_lazy("经度"),
    "latitude": gettext_lazy("纬度"),
    "geometry": gettext_lazy("图形"),
    "changed_at": gettext_lazy("更新时间"),
    "merged_into": gettext_lazy("并入"),
    "merged": gettext_lazy("并入的条目"),
    "attachment": gettext_lazy("附件"),
}
"""Fields that every entry has, by the name under which history and columns know them."""

GROUPS: Mapping[str, Promise] = {
    "dust": gettext_lazy("扬尘源"),
    "industry": gettext_lazy("工业"),
    "mobile": gettext_lazy("移动源"),
    "life": gettext_lazy("生活源"),
    "energy": gettext_lazy("能源"),
    "support": gettext_lazy("能力建设"),
}


def is_english() -> bool:
    """Tell whether the page is in English."""
    return (get_language() or "zh").startswith("en")


def hidden(attribute: Attribute, value: Stored) -> str:
    """Return a personal value with its middle hidden, a dash for nothing.

    >>> hidden(Attribute(name="phone", zh="电话", en="Phone", type="phone"), "13812342207")
    '138****2207'
    """
    return masked(None if value is None else str(value), mask_of(attribute)) or "—"


def mask_of(attribute: Attribute) -> str:
    """Return how an attribute's personal values are masked."""
    return attribute.type if attribute.type in ("phone", "identity") else "text"


def shown(attribute: Attribute, value: Stored) -> str:
    """Return a value as a page shows it: choices by name, personal ones masked."""
    if attribute.sensitivity == "personal":
        return hidden(attribute, value)
    return written(attribute, value)


def state_name(kind: Kind, state: str) -> str:
    """Return a state's name in the reader's language."""
    found = kind.state(state)
    return label(found) if found else state


def field_label(kind: Kind, name: str) -> str:
    """Return what a field of the history is called: ``attributes.stage`` or ``owner_id``."""
    attribute = kind.attribute(name.removeprefix("attributes."))
    if name.startswith("attributes.") and attribute:
        return label(attribute)
    own = name.removesuffix("_id")
    return own_label(own) if own in OWN_LABELS else name.removeprefix("attributes.")


def own_label(name: str) -> str:
    """Return what a field that every entry has is called."""
    return capfirst(str(OWN_LABELS[name]))


def address(source: Source, name: str = "ledger:source") -> str:
    """Return where an entry's page is; a code with a slash is named by its number instead."""
    return reverse(name, args=[source.kind, key_of(source)])


def key_of(source: Source) -> str:
    """Return how an address names an entry."""
    return f"~{source.pk}" if "/" in source.code or source.code in (".", "..") else source.code


@dataclass(frozen=True)
class Names:
    """Names of organisations, areas and people that stored values name by key; read at once for one page."""

    organisations: Mapping[str, str]
    areas: Mapping[str, str]
    people: Mapping[int, str]

    @classmethod
    def of(cls, fields: list[Mapping[str, Any]]) -> "Names":
        """Read the names that changes of fields mention."""
        named: dict[str, set[Any]] = {"owner_id": set(), "trade_id": set(), "area_id": set(), "grid_owner_id": set()}
        for changed in fields:
            for field in named.keys() & changed.keys():
                named[field] |= {value for value in changed[field] if value}
        organisations = named["owner_id"] | named["trade_id"]
        areas, people = named["area_id"], named["grid_owner_id"]
        return cls(
            {one.pk: one.name for one in Organisation.objects.filter(pk__in=organisations)} if organisations else {},
            {one.pk: one.name for one in Area.objects.filter(pk__in=areas)} if areas else {},
            {one.pk: one.name for one in Person.objects.filter(pk__in=people)} if people else {},
        )

    def said(self, kind: Kind, name: str, value: Any) -> str:
        """Return one value of a change in words."""
        if value is None or value in ("", [], {}):
            return "—"
        attribute = kind.attribute(name.removeprefix("attributes."))
        if name.startswith("attributes.") and attribute:
            return shown(attribute, value)
        if name == "geometry":
            return _("图形（{type}）").format(type=value.get("type", "")) if isinstance(value, dict) else str(value)
        if name == "state":
            return state_name(kind, str(value))
        known: Mapping[str, Mapping[Any, str]] = {
            "owner_id": self.organisations,
            "trade_id": self.organisations,
            "area_id": self.areas,
            "grid_owner_id": self.people,
        }
        return known.get(name, {}).get(value, str(value))


def with_query(path: str, **parameters: str) -> str:
    """Return a path with a query; empty values are left out."""
    query = "&".join(f"{name}={quote(value)}" for name, value in parameters.items() if value)
    return f"{path}?{query}" if query else path
