"""Check that every message of the product has a Chinese translation that fits it.

The messages are extracted afresh from the source, so one that was added without its
translation is found, and so is a translation whose message is gone. Run with ``--update`` to
bring the catalogues up to date (new messages then wait, empty, for a translator).
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import django
import polib
from django.core.management import call_command

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "wardmote"
CATALOGUES = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES"
DOMAINS = ("django", "djangojs")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
_SKIPPED = ("vendor", "__pycache__", "*.mo", "migrations")


def extract(into: Path) -> dict[str, polib.POFile]:
    """Extract the messages of a copy of the package; returns a catalogue for each domain."""
    copy = into / "wardmote"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns(*_SKIPPED))
    (copy / "locale").mkdir(exist_ok=True)
    here = Path.cwd()
    os.chdir(copy)
    try:
        for domain in DOMAINS:
            extensions = ["html", "txt", "py"] if domain == "django" else ["js", "mjs"]
            call_command(
                "makemessages",
                locale=["zh_Hans"],
                domain=domain,
                extensions=extensions,
                no_location=True,
                no_obsolete=True,
                verbosity=0,
            )
    finally:
        os.chdir(here)
    made = copy / "locale" / "zh_Hans" / "LC_MESSAGES"
    return {
        name: polib.pofile(str(made / f"{name}.po"))
        for name in DOMAINS
        if (made / f"{name}.po").exists()
    }


def faults_of(catalogue: polib.POFile, domain: str) -> list[str]:
    """What is wrong with the translations of one freshly extracted catalogue."""
    faults = []
    for entry in catalogue:
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if not all(texts) or entry.fuzzy:
            faults.append(f"{domain}: no translation of {entry.msgid!r}")
            continue
        wanted = set(_PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for text in texts:
            if set(_PLACEHOLDER.findall(text)) != wanted:
                faults.append(f"{domain}: the placeholders of {entry.msgid!r} differ in {text!r}")
    committed = {
        (e.msgctxt, e.msgid)
        for e in polib.pofile(str(CATALOGUES / f"{domain}.po"))
        if not e.obsolete
    }
    gone = committed - {(e.msgctxt, e.msgid) for e in catalogue}
    faults += [f"{domain}: nothing says {msgid!r} any more" for _, msgid in sorted(gone, key=str)]
    return faults


def main() -> int:
    """Print the faults; the exit status says whether there were any."""
    if shutil.which("xgettext") is None:
        print("translations: not checked, because xgettext is missing (install gettext)")
        return 0
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardmote.config.settings")
    with tempfile.TemporaryDirectory() as scratch:
        os.environ.setdefault("WARDMOTE_HOME", scratch)
        django.setup()
        catalogues = extract(Path(scratch))
        if "--update" in sys.argv:
            for domain, catalogue in catalogues.items():
                catalogue.save(str(CATALOGUES / f"{domain}.po"))
        faults = [fault for domain, cat in catalogues.items() for fault in faults_of(cat, domain)]
    print("\n".join(faults) if faults else "translations: complete")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
