"""Where the live application touches the database: a few threads with their own connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import close_old_connections, connections

T = TypeVar("T")


class DatabaseThreads:
    """A small pool whose threads keep a database connection each."""

    def __init__(self, name: str, workers: int) -> None:
        self._workers = workers
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix=name)

    async def run(self, work: Callable[[], T]) -> T:
        """Run `work` on one of the threads; its database connection is checked before."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, _fresh, work)

    def close(self) -> None:
        """Wait for what runs, close the connections and end the threads."""
        for _ in range(self._workers):
            self._pool.submit(connections.close_all)
        self._pool.shutdown(wait=True, cancel_futures=False)


def _fresh(work: Callable[[], T]) -> T:
    close_old_connections()
    return work()
