"""Writes docs/reference/openapi.json from the API; a test holds the two equal."""

from __future__ import annotations

import json
import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardmote.config.settings")
django.setup()

from wardmote.web.api.api import openapi_description  # noqa: E402  # needs Django set up

TARGET = Path(__file__).resolve().parent / "reference" / "openapi.json"


def main() -> None:
    """Write the file."""
    text = json.dumps(openapi_description(), indent=1, ensure_ascii=False, sort_keys=True)
    TARGET.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
