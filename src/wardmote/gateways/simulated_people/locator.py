"""A gateway of vehicle locators: reports positions of many units with a device's bearer token."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx

MAX_FIXES = 5_000
_TIMEOUT = httpx.Timeout(15.0)
_RETRY_S = 1.0


class Locator:
    """Close it when done."""

    def __init__(self, origin: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.AsyncClient(base_url=origin, timeout=_TIMEOUT, headers=headers)

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def report(self, fixes: Sequence[dict[str, Any]]) -> list[str]:
        """Report positions; returns why some were refused, one reason for each."""
        refused: list[str] = []
        for start in range(0, len(fixes), MAX_FIXES):
            refused += await self._report(fixes[start : start + MAX_FIXES])
        return refused

    async def _report(self, fixes: Sequence[dict[str, Any]]) -> list[str]:
        while True:
            answer = await self._http.post("/live/positions", json={"fixes": list(fixes)})
            if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
                await asyncio.sleep(float(answer.headers.get("Retry-After", _RETRY_S)))
                continue
            if answer.is_error:
                return [str(answer.status_code)] * len(fixes)
            return [str(one["reason"]) for one in answer.json()["refused"]]
