"""Waiting for a page under a strict security policy, which forbids polling inside the page."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page

LONGEST_S = 20.0


def wait_until(page: Page, expression: str, argument: Any = None) -> None:
    """Return as soon as `expression` is true in the page; it is asked from outside."""
    end = time.monotonic() + LONGEST_S
    while not page.evaluate(expression, argument):
        if time.monotonic() > end:
            raise AssertionError(f"never true: {expression}")
        page.wait_for_timeout(25)
