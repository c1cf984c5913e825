"""Pages asked for one after another on a running server, each by another person.

``python -m tests.load.page_load --url … --rounds N`` reads the pages as JSON on standard input
(``{"page": {"paths": […], "sessions": […]}}``) and prints one JSON line: milliseconds per page,
sorted, from sending the request until the whole answer is there.

Every round asks for all pages, one after the other, each by the next of its people and at the next
of its addresses. A warm round of its own comes first and is not counted: it fills what a process
fills once.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

import httpx


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    pages: dict[str, dict[str, Any]] = json.load(sys.stdin)
    found: dict[str, list[float]] = {name: [] for name in pages}
    sizes: dict[str, int] = {}
    with httpx.Client(base_url=options.url, timeout=60) as http:
        for number in range(options.rounds + 1):
            for name, page in pages.items():
                took_ms, sizes[name] = _ask(
                    http, _of_round(page["paths"], number), _of_round(page["sessions"], number)
                )
                if number:
                    found[name].append(took_ms)
    json.dump(
        {name: {"ms": sorted(rows), "bytes": sizes[name]} for name, rows in found.items()},
        sys.stdout,
    )


def _of_round(one_after_another: list[str], number: int) -> str:
    return one_after_another[number % len(one_after_another)]


def _ask(http: httpx.Client, path: str, session: str) -> tuple[float, int]:
    began_s = time.perf_counter()
    answer = http.get(path, headers={"Cookie": f"sessionid={session}", "Accept-Language": "zh"})
    took_ms = (time.perf_counter() - began_s) * 1e3
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code} {answer.text[:200]}")
    return took_ms, len(answer.content)


if __name__ == "__main__":
    main()
