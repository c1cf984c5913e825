"""Which files a page loads: the joined ones of the build, or their sources where those changed.

`frontend/bundling.py` joins the modules and style sheets of the pages that phones open, so that a
slow connection pays for two files instead of twenty. Whoever edits a source sees the edit: a
bundle counts only while every source has the digest that it was made from.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from django.templatetags.static import static
from django.views.i18n import JavaScriptCatalog

STATIC = Path(__file__).resolve().parent / "static"
FOLDER = "wardmote/bundled"
_DESCRIBED = Path(__file__).resolve().parents[3] / "frontend" / "bundles.json"
_STRING = r'"((?:[^"\\]|\\.)*)"'
_MESSAGE = re.compile(rf"\b(?:n?gettext)\(\s*{_STRING}(?:\s*,\s*{_STRING}\s*,)?")
_IN_CONTEXT = re.compile(rf"\bpgettext\(\s*{_STRING}\s*,\s*{_STRING}")
_IMPORTED = re.compile(r'^import\b[^"]*"(\.[^"]+)";', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What stands for a name of `frontend/bundles.json`.

    Attributes:
        files: below the root of static files, in the order to load them in: the one joined file,
            or the entry module, or each style sheet.
        sources: every module or sheet of it.
        joined: whether `files` is the joined file.
    """

    files: tuple[str, ...]
    sources: tuple[str, ...]
    joined: bool

    def urls(self) -> list[str]:
        """Addresses of `files`."""
        return [static(one) for one in self.files]


@functools.cache
def bundle(name: str) -> Bundle:
    """The bundle called `name`, such as ``phone.js``; looked up once a process.

    Raises:
        KeyError: neither a build nor the description of bundles knows it.
    """
    made = _manifest().get(name)
    if made is not None:
        sources = dict(made["sources"])
        file = f"{FOLDER}/{made['file']}"
        if (STATIC / file).is_file() and all(_sha256(one) == of for one, of in sources.items()):
            return Bundle((file,), tuple(sources), joined=True)
    described: dict[str, list[str]] = json.loads(_DESCRIBED.read_text("utf-8"))
    entries = tuple(described[name])
    return Bundle(entries, entries if name.endswith(".css") else _with_imports(entries), False)


class BundleCatalog(JavaScriptCatalog):
    """The translations that the scripts of the named bundles ask for, and no others."""

    packages = ["wardmote.web"]
    bundles: tuple[str, ...] = ()

    def get_catalog(self) -> dict[str, list[str] | str]:
        """Called by Django for the texts of the reader's language."""
        wanted = frozenset().union(*(_messages(name) for name in self.bundles))
        whole = super().get_catalog()
        return {text: said for text, said in whole.items() if text in wanted}


@functools.cache
def _messages(name: str) -> frozenset[str]:
    found: set[str] = set()
    for source in bundle(name).sources:
        written = (STATIC / source).read_text("utf-8")
        for one in _MESSAGE.findall(written):
            found.update(json.loads(f'"{text}"') for text in one if text)
        # Django keeps a message under its context, a mark and its text.
        found.update(
            "\x04".join(json.loads(f'"{text}"') for text in one)
            for one in _IN_CONTEXT.findall(written)
        )
    return frozenset(found)


@functools.cache
def _manifest() -> dict[str, dict[str, dict[str, str]]]:
    path = STATIC / FOLDER / "manifest.json"
    if not path.is_file():
        return {}
    found: dict[str, dict[str, dict[str, str]]] = json.loads(path.read_text("utf-8"))
    return found


def _sha256(name: str) -> str:
    path = STATIC / name
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _with_imports(entries: tuple[str, ...]) -> tuple[str, ...]:
    """The modules that entries load, each once, the entries among them."""
    found: dict[str, None] = {}
    waiting = list(entries)
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        found[name] = None
        folder = (STATIC / name).parent
        for relative in _IMPORTED.findall((STATIC / name).read_text("utf-8")):
            target = (folder / relative).resolve().relative_to(STATIC).as_posix()
            if target.startswith("wardmote/"):
                waiting.append(target)
    return tuple(found)
