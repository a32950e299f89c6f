"""Compile the English catalogues of all apps; ``python -m lantian.project.translations``, called by ``make setup``.

The texts in templates and Python are Chinese; each app's ``locale/en/LC_MESSAGES/django.po`` holds their English.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

import lantian
from lantian.kernel.plurals import counted

PACKAGE = Path(lantian.__file__).parent
PYTHON_CALL = re.compile(
    r"""(?<![\w.])(?:_|gettext|gettext_lazy|ngettext)\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+|'(?:[^'\\]|\\.)*')"""
)
TEMPLATE_CALL = re.compile(
    r"""\bg?n?gettext\(\s*u?((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\"\"\".*?\"\"\"))""", re.DOTALL
)
TEMPLATE_UNDERSCORE = re.compile(r"""(?<![\w.])_\(\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
LITERAL = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""")


def catalogues() -> list[Path]:
    """Return the catalogues of all apps."""
    return sorted(PACKAGE.glob("apps/*/locale/en/LC_MESSAGES/django.po"))


def compile_catalogue(path: Path) -> Path:
    """Write the compiled twin of a catalogue and return it."""
    compiled = path.with_suffix(".mo")
    polib.pofile(str(path)).save_as_mofile(str(compiled))
    return compiled


def messages(app: Path) -> set[str]:
    """Return every text of an app that is to be translated, from templates and Python."""
    found: set[str] = set()
    for path in app.rglob("*.html"):
        found |= set(template_messages(path.read_text(encoding="utf-8")))
    for path in app.rglob("*.py"):
        found |= set(python_messages(path.read_text(encoding="utf-8")))
    return found


def python_messages(source: str) -> Iterator[str]:
    """Yield the texts of gettext calls, those within f-strings too; adjacent literals join.

    >>> list(python_messages('x = _("空气" "质量")'))
    ['空气质量']
    >>> list(python_messages("f'{_('日值')} {unit}'"))
    ['日值']
    """
    for call in PYTHON_CALL.finditer(source):
        yield "".join(_plain(part[1:-1]) for part in LITERAL.findall(call[1]))


def template_messages(source: str) -> Iterator[str]:
    """Yield the texts of translate and blocktranslate tags.

    >>> list(template_messages('{% translate "总览" %}{% blocktranslate %}共 {{ n }} 件{% endblocktranslate %}'))
    ['总览', '共 %(n)s 件']
    """
    code = templatize(source)
    for pattern in (TEMPLATE_CALL, TEMPLATE_UNDERSCORE):
        for call in pattern.finditer(code):
            yield _plain(_unquoted(call[1]))


def _unquoted(text: str) -> str:
    quotes = 3 if text.startswith('"""') else 1
    return text[quotes:-quotes]


def _plain(text: str) -> str:
    return text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def main() -> None:
    """Compile all."""
    done = [compile_catalogue(path) for path in catalogues()]
    sys.stdout.write(f"{counted(len(done), 'catalogue')} compiled\n")


if __name__ == "__main__":
    main()
