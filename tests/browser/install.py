"""``python -m tests.browser.install``: install Chromium and Chinese fonts by Debian's package manager, where allowed.

Never fails: without a browser the browser tests skip and say what to install.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = {"chromium": "chromium", "fonts": "fonts-noto-cjk"}


def browser() -> str | None:
    """Return the path of an installed Chromium, or None."""
    named = os.environ.get("LANTIAN_TEST_BROWSER")
    return named or next((path for path in map(shutil.which, BROWSERS) if path), None)


def has_chinese_font() -> bool:
    """Tell whether some installed font can draw Chinese."""
    if shutil.which("fc-list"):
        listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
        return bool(listed.stdout.strip())
    return any(Path("/usr/share/fonts").rglob("*CJK*"))


def missing() -> list[str]:
    """Return the Debian packages whose work nothing on this machine does."""
    wanted = []
    if browser() is None:
        wanted.append(PACKAGES["chromium"])
    if not has_chinese_font():
        wanted.append(PACKAGES["fonts"])
    return wanted


def _privileged() -> list[str] | None:
    """Return the words that come before a command which needs root; None where we may not."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    allowed = (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    )
    return ["sudo", "-n"] if allowed else None


def main() -> int:
    """Install what is missing if that may be done; say what to do otherwise."""
    wanted = missing()
    if not wanted:
        return 0
    words = _privileged()
    if words is not None:
        sys.stderr.write(f"Installing {' '.join(wanted)} for the browser tests …\n")
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted]
        for command in (["apt-get", "update", "-qq"], install):
            subprocess.run([*words, *command], stdout=subprocess.DEVNULL, check=False)
    if still := missing():
        sys.stderr.write(f"The browser tests will skip: install {' '.join(still)}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
