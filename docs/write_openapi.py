"""Writes docs/reference/openapi.json and api.md from the API; tests hold them equal."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardmote.config.settings")
django.setup()

from wardmote.web.api.api import openapi_description  # noqa: E402  # needs Django set up
from wardmote.web.api.reference import (  # noqa: E402  # likewise
    Operation,
    Reference,
    Shape,
    reference_of,
)

FOLDER = Path(__file__).resolve().parent / "reference"


def page_of(reference: Reference) -> str:
    """The reference as a page of the documentation."""
    return "\n".join(_lines(reference)) + "\n"


def _lines(reference: Reference) -> Iterator[str]:
    yield "# The HTTP API"
    yield ""
    yield "Written by `docs/write_openapi.py` from the API itself; do not edit. The same page is in"
    yield "the product at `/api/docs`, and the machine-readable description at `/api/openapi.json`"
    yield "({download}`openapi.json`)."
    yield ""
    yield reference.description + " See {doc}`live-protocol`."
    for subject, operations in reference.subjects:
        yield ""
        yield f"## {subject.capitalize()}"
        for operation in operations:
            yield from _operation_lines(operation)
    yield ""
    yield "## Shapes"
    for shape in reference.shapes:
        yield from _shape_lines(shape)


def _operation_lines(operation: Operation) -> Iterator[str]:
    yield ""
    yield f"### {operation.summary}"
    yield ""
    yield f"`{operation.method} {operation.path}`"
    yield ""
    yield operation.description
    if operation.parameters:
        yield ""
        yield "| parameter | in | holds | needed |"
        yield "|---|---|---|---|"
        for one in operation.parameters:
            yield f"| `{one.name}` | {one.place} | {one.kind} | {_yes(one.required)} |"
    yield ""
    if operation.body:
        yield f"Body: `{operation.body}`."
    answers = ", ".join(
        f"`{status}` {kind}" if kind else f"`{status}`" for status, kind in operation.answers
    )
    yield f"Answers: {answers}."


def _shape_lines(shape: Shape) -> Iterator[str]:
    yield ""
    yield f"### {shape.name}"
    yield ""
    yield shape.description
    yield ""
    yield "| field | holds | always there |"
    yield "|---|---|---|"
    for one in shape.fields:
        yield f"| `{one.name}` | {one.kind} | {_yes(one.required)} |"


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def main() -> None:
    """Write the files."""
    description = openapi_description()
    text = json.dumps(description, indent=1, ensure_ascii=False, sort_keys=True)
    (FOLDER / "openapi.json").write_text(text + "\n", "utf-8")
    # Read back, so that the page follows the file and not the order of the code.
    (FOLDER / "api.md").write_text(page_of(reference_of(json.loads(text))), "utf-8")


if __name__ == "__main__":
    main()
