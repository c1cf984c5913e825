"""Join the modules and style sheets of a page into one file each, and compress them.

Each request costs a slow phone a round trip, so the pages that phones open get one script and one
style sheet. Modules keep a scope of their own: each becomes a function that answers with what it
exports. Our modules are written in a part of the language that this can be done for by line: named
imports and exports, or an import for what it does, and no cycles; anything else stops the build.
Libraries and what a module loads later (``import()``) stay files of their own. Nothing is renamed
or left out but comments that fill whole lines, so that faults on a phone still name what the
sources name.

The result lies in `bundled`, two folders below the root of static files like every module, so that
the addresses of libraries in it stay right. `manifest.json` tells for each file from which sources,
with their digests; the server takes the sources themselves where one has changed since.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

FOLDER = "wardmote/bundled"
_IMPORT = re.compile(
    r"^import\s+(?:(?:\{(?P<names>[^}]*)\}|\*\s+as\s+(?P<all>\w+))\s+from\s+)?"
    r'"(?P<file>[^"]+)";[^\S\n]*\n?',
    re.MULTILINE,
)
_EXPORT = re.compile(
    r"^export\s+(?P<kept>(?:async\s+)?(?:function\*?|class|const)\s+(?P<name>\w+))", re.MULTILINE
)
_COMMENTS = re.compile(r"^[^\S\n]*(?:/\*.*?\*/|//[^\n]*)[^\S\n]*\n", re.MULTILINE | re.DOTALL)
_UNKNOWN = re.compile(r"^(?:import|export)\b", re.MULTILINE)
_CSS_COMMENTS = re.compile(r"/\*.*?\*/", re.DOTALL)
_BROTLI = """
const zlib = require("node:zlib"), fs = require("node:fs");
for (const file of JSON.parse(fs.readFileSync(0, "utf8"))) {
  const whole = fs.readFileSync(file);
  fs.writeFileSync(file + ".br", zlib.brotliCompressSync(whole, { params: {
    [zlib.constants.BROTLI_PARAM_QUALITY]: 11,
    [zlib.constants.BROTLI_PARAM_SIZE_HINT]: whole.length,
  } }));
}
"""
_NODE_TIMEOUT_S = 120


class BundlingError(Exception):
    """A source is written in a way that cannot be joined."""


def make_bundles(static: Path, wanted: Mapping[str, list[str]]) -> None:
    """Write the bundles under `static`, unless they are those of the present sources."""
    folder = static / FOLDER
    made = _manifest(folder)
    if set(made) == set(wanted) and all(_is_present(static, one) for one in made.values()):
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    manifest = {}
    for name, entries in wanted.items():
        text, sources = bundle(static, entries)
        stem, _, kind = name.rpartition(".")
        file = f"{stem}.{hashlib.sha256(text.encode()).hexdigest()[:12]}.{kind}"
        (folder / file).write_text(text, "utf-8")
        manifest[name] = {
            "file": file,
            "sources": {one: sha256(static / one) for one in sources},
        }
    compress([folder / str(one["file"]) for one in manifest.values()])
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), "utf-8")


def bundle(static: Path, entries: list[str]) -> tuple[str, list[str]]:
    """The text of a bundle and its sources, in the order in which they come.

    Raises:
        BundlingError: see the module.
    """
    if entries[0].endswith(".css"):
        sheets = (_CSS_COMMENTS.sub("", (static / one).read_text("utf-8")) for one in entries)
        lines = (line.strip() for sheet in sheets for line in sheet.splitlines())
        return "\n".join(line for line in lines if line) + "\n", list(entries)
    [entry] = entries
    joiner = _Joiner(static)
    body = joiner.body_of(entry, ())
    exported = "".join(f"export {{ {name} }};\n" for name in joiner.exported[entry])
    text = "".join([*joiner.libraries.values(), *joiner.parts, body, exported])
    return text, [*joiner.known, entry]


class _Joiner:
    """Reads modules depth first, each once."""

    def __init__(self, static: Path) -> None:
        self._static = static
        self.known: dict[str, str] = {}
        self.exported: dict[str, list[str]] = {}
        self.libraries: dict[str, str] = {}
        self.parts: list[str] = []

    def body_of(self, path: str, within: tuple[str, ...]) -> str:
        """A module's text without imports and exports; what it imports is read before."""
        if path in within:
            raise BundlingError(f"{path} imports itself through {' -> '.join(within)}")
        text = (self._static / path).read_text("utf-8")
        text = _IMPORT.sub(lambda found: self._imported(found, path, (*within, path)), text)
        self.exported[path] = [found["name"] for found in _EXPORT.finditer(text)]
        text = _COMMENTS.sub("", _EXPORT.sub(r"\g<kept>", text))
        odd = _UNKNOWN.search(text)
        if odd is not None:
            line = text[odd.start() :].partition("\n")[0]
            raise BundlingError(f"{path}: cannot be joined: {line}")
        return text

    def _imported(self, found: re.Match[str], path: str, within: tuple[str, ...]) -> str:
        target = _resolved(path, found["file"])
        if not target.startswith("wardmote/"):
            name = self._library(target)
        else:
            name = self.known.get(target) or self._module(target, within)
        if found["names"] is None and found["all"] is None:
            return ""
        if found["all"]:
            return f"const {found['all']} = {name};\n"
        return f"const {{{found['names'].replace(' as ', ': ')}}} = {name};\n"

    def _library(self, target: str) -> str:
        name = "library_" + re.sub(r"\W", "_", PurePosixPath(target).stem)
        self.libraries[target] = f'import * as {name} from "../../{target}";\n'
        return name

    def _module(self, target: str, within: tuple[str, ...]) -> str:
        body = self.body_of(target, within)
        name = "module_" + re.sub(r"\W", "_", target.removeprefix("wardmote/").removesuffix(".js"))
        exports = ", ".join(self.exported[target])
        self.parts.append(f"const {name} = (() => {{\n{body}return {{ {exports} }};\n}})();\n")
        self.known[target] = name
        return name


def _resolved(path: str, relative: str) -> str:
    parts: list[str] = list(PurePosixPath(path).parent.parts)
    for part in PurePosixPath(relative).parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def compress(files: Iterable[Path]) -> None:
    """Write a ``.gz`` beside each file, and a ``.br`` where this machine has Node."""
    listed = list(files)
    for file in listed:
        packed = gzip.compress(file.read_bytes(), 9, mtime=0)
        file.with_name(file.name + ".gz").write_bytes(packed)
    node = shutil.which("node")
    if node is not None:
        names = json.dumps([str(file) for file in listed])
        subprocess.run(  # Node of this machine, with our own text
            [node, "-e", _BROTLI], input=names, text=True, check=True, timeout=_NODE_TIMEOUT_S
        )


def sha256(path: Path) -> str | None:
    """The digest of a file's content; None where there is no file."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _manifest(folder: Path) -> dict[str, dict[str, object]]:
    path = folder / "manifest.json"
    found: dict[str, dict[str, object]] = (
        json.loads(path.read_text("utf-8")) if path.is_file() else {}
    )
    return found


def _is_present(static: Path, made: Mapping[str, object]) -> bool:
    sources = made["sources"]
    assert isinstance(sources, dict)
    file = static / FOLDER / str(made["file"])
    return file.is_file() and all(sha256(static / name) == one for name, one in sources.items())


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    make_bundles(
        here.parent / "src" / "wardmote" / "web" / "static",
        json.loads((here / "bundles.json").read_text("utf-8")),
    )
