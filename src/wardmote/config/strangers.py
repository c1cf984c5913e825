"""How often an address may ask for the pages that strangers may open."""

from __future__ import annotations

import re
import time
from collections import Counter

from wardmote.web.addresses import household
from wardmote.web.live.exchange import Scope

PUBLIC_PATHS = ("/calendars/", "/i/", "/h/", "/join/", "/s/")
PUBLIC_PICTURE = re.compile(r"/h/o/[^/]+/[^/]+\Z")
PER_MINUTE = {"page": 120, "picture": 1_200, "send": 30}
"""By what is wanted. Many phones share an address behind a carrier's or a station's router, and one
page of an owner shows up to 120 pictures; each of them costs a few milliseconds."""


class Strangers:
    """Counts, within a minute and by address, what strangers ask for."""

    def __init__(self) -> None:
        self._minute = 0
        self._asked: Counter[tuple[str, str]] = Counter()

    def may_come_in(self, scope: Scope) -> bool:
        """Whether a request is not for strangers, or its address has not asked too often."""
        if not scope["path"].startswith(PUBLIC_PATHS):
            return True
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute = minute
            self._asked.clear()
        wants = _wants(scope)
        whose = (household(str((scope.get("client") or ("",))[0])), wants)
        self._asked[whose] += 1
        return self._asked[whose] <= PER_MINUTE[wants]


def _wants(scope: Scope) -> str:
    if scope["method"] not in ("GET", "HEAD"):
        return "send"
    return "picture" if PUBLIC_PICTURE.match(scope["path"]) else "page"
