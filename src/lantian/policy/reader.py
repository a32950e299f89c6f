"""Read a policy pack and the packs it stands on (政策包读取).

``load_pack("cn-110105-2018")`` looks for the folder among the shipped packs; ``load_pack(Path("my-pack"))`` reads a
folder anywhere. Either way ``extends`` is followed, and the same files give the same object again.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from lantian.kernel.errors import Text
from lantian.policy.layer import Layer, read_layer
from lantian.policy.pack import Pack
from lantian.policy.problems import PackError, Problem, Where, one_of

__all__ = ["SHIPPED", "Pack", "PackError", "load_pack", "read_layers", "shipped_packs"]

SHIPPED = Path(__file__).parent / "packs"
"""The folder of the packs that come with the package."""


def load_pack(name_or_path: str | Path, search: Sequence[Path] = (SHIPPED,)) -> Pack:
    """Read a pack with all layers below it.

    name_or_path: a pack's folder, or its id looked up in the folders of ``search``.
    Raises PackError with every problem of reading and schema; what only shows between records is left to
    :func:`lantian.policy.check.check_pack`.
    """
    layers, problems = read_layers(name_or_path, search)
    if problems:
        raise PackError(problems)
    return _assemble(tuple(layers))


def shipped_packs() -> tuple[str, ...]:
    """Return the ids of the shipped packs."""
    return tuple(sorted(path.parent.name for path in SHIPPED.glob("*/pack.toml")))


def read_layers(name_or_path: str | Path, search: Sequence[Path] = (SHIPPED,)) -> tuple[list[Layer], list[Problem]]:
    """Read the layers, nearest first, and collect all problems instead of raising."""
    problems: list[Problem] = []
    folder = _find(str(name_or_path), search, Where(), problems)
    layers = _linearised(folder, search, (), problems) if folder else []
    return layers, [*(problem for layer in layers for problem in layer.problems), *problems]


@lru_cache(maxsize=16)
def _assemble(layers: tuple[Layer, ...]) -> Pack:
    return Pack.of(layers)


def _linearised(folder: Path, search: Sequence[Path], above: tuple[Path, ...], problems: list[Problem]) -> list[Layer]:
    """Return the layer and those below it; a layer reached twice stands at its farthest place."""
    layer = read_layer(folder)
    layers = [layer]
    for name in layer.header.extends if layer.header else ():
        where = Where(layer.id, "pack.toml", key="extends")
        base = _find(name, (folder.parent, *search), where, problems)
        if base is None:
            continue
        if base in (folder, *above):
            what = Text("extends 成环", "extends goes round in a circle")
            problems.append(Problem("extends-cycle", where, what, name))
            continue
        below = _linearised(base, search, (folder, *above), problems)
        layers = [known for known in layers if known not in below] + below
    return layers


def _find(name: str, search: Sequence[Path], where: Where, problems: list[Problem]) -> Path | None:
    """Return the folder of a pack named by id or path; a path counts only where the user gave it."""
    places = [root / name for root in search] if _is_id(name) else []
    if not where.key:
        places.append(Path(name))
    for place in places:
        if place.is_dir():
            return place.resolve()
    known = {path.parent.name for root in search for path in root.glob("*/pack.toml")}
    kind = "extends-missing" if where.key else "no-pack"
    problems.append(Problem(kind, where, Text("没有这个政策包", "there is no such pack"), name, one_of(name, known)))
    return None


def _is_id(name: str) -> bool:
    return "/" not in name and name not in ("", ".", "..")
