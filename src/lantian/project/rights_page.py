"""The table of rights as a page that people can read; ``python -m lantian.project.rights_page`` writes it.

It is made from ``accounts/rights.py`` and from every model's ``visible_to``, so it says what the code does.
"""

import inspect
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantian.project.settings")
if __name__ == "__main__":
    django.setup()

from django.apps import apps
from django.db import models
from django.utils import translation

from lantian.apps.accounts.models import Role
from lantian.apps.accounts.rights import RIGHTS, Right

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "rights.md"
HEAD = """# Who may do what

Made by `python -m lantian.project.rights_page` from `src/lantian/apps/accounts/rights.py`; a test tells when it is old.
Rights come from the posts that a person holds today. A page that no line names opens to nobody.

`r` opens a page, `w` also changes something there. A line that ends in `*` covers all pages whose names begin so; the
longest line that fits counts. `tests/accounts/test_rights_walk.py` sends every request of every role and compares.
"""
ROWS = """
## Which rows

A page shows only rows that `visible_to` gives its reader; exports, searches, maps, files, reports and counts read the
same. Posts over a street or community cover its ground and all below, posts of the district everything, an enterprise's
post what its organisation owns, security and audit administrators nothing of the district's work.

| records | who sees which |
| --- | --- |
"""


def page() -> str:
    """Return the page."""
    with translation.override("en"):
        return HEAD + "\n" + "\n".join(_table()) + "\n" + ROWS + "\n".join(_rows()) + "\n"


def _table() -> Iterator[str]:
    yield "| pages | " + " | ".join(str(role.label) for role in Role) + " |"
    yield "| --- |" + " --- |" * len(Role)
    for name, right in sorted(RIGHTS.items()):
        yield f"| `{name}` | " + " | ".join(_letters(right, role) for role in Role) + " |"


def _letters(right: Right, role: Role) -> str:
    said = ("r" if role in right.read else "") + ("w" if role in right.write else "")
    return said or "·"


def _rows() -> Iterator[str]:
    for model in sorted(apps.get_models(), key=lambda one: one._meta.label):
        rule = rule_of(model)
        if rule:
            yield f"| `{model._meta.label}` {model._meta.verbose_name} | {rule} |"


def rule_of(model: type[models.Model]) -> str:
    """Return the first sentence of a model's ``visible_to``, or of the class that has it; empty without one."""
    queryset = type(model._default_manager.all())
    holder = next((one for one in queryset.__mro__ if "visible_to" in vars(one)), None)
    if holder is None:
        return ""
    said = inspect.getdoc(vars(holder)["visible_to"]) or inspect.getdoc(holder) or ""
    return said.partition("\n")[0]


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    main()
