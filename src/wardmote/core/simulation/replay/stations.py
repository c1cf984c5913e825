"""Is the station that the source calls responsible the one that is nearest by driving time?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.places import Post
from wardmote.core.simulation.replay.fleet import post_key
from wardmote.core.travel.graph import INF_MS
from wardmote.core.travel.travel_times import TravelTimes

CLOSE_S = 30.0
"""Two stations this close (<=) in free-flow time are a matter of where exactly the call is."""

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class StationComparison:
    """Nearest station against official station area.

    Attributes:
        compared: located calls whose official station is among the posts.
        equal: of these, calls whose nearest station is the official one.
        among_two: calls whose official station is one of the two nearest.
        median_later_s, p90_later_s: how much later the official station would be, in free-flow
            seconds, where it is not the nearest; None without such calls.
        close: calls among those that differ by at most `CLOSE_S`.
        pairs: (official, nearest, calls), the commonest first.
    """

    compared: int
    equal: int
    among_two: int
    close: int
    median_later_s: float | None
    p90_later_s: float | None
    pairs: tuple[tuple[str, str, int], ...]


def compare_stations(
    calls: Sequence[CallRecord], posts: Sequence[Post], travel: TravelTimes
) -> StationComparison | None:
    """The comparison; None when the records name no station areas that are posts."""
    row_of = {post_key(post.post_id): row for row, post in enumerate(posts)}
    named = [
        call
        for call in calls
        if call.lon is not None and call.lat is not None and post_key(call.station_area) in row_of
    ]
    if not named or not posts:
        return None
    places = travel.snap([call.lon or 0.0 for call in named], [call.lat or 0.0 for call in named])
    homes = travel.snap([post.lon for post in posts], [post.lat for post in posts])
    # One forward search from each station serves all calls at once.
    times = np.stack([travel.drive_times(homes.rows([row]), places) for row in range(len(posts))])
    official = np.array([row_of[post_key(call.station_area)] for call in named])
    columns = np.arange(len(named))
    reached = times[official, columns] < INF_MS
    nearest = times.argmin(axis=0)
    rank = (times < times[official, columns]).sum(axis=0)
    equal = reached & (rank == 0)
    differs = reached & (rank > 0)
    later_s = (times[official, columns] - times.min(axis=0))[differs] / 1_000.0
    pairs = Counter(
        (posts[official[n]].post_id, posts[nearest[n]].post_id) for n in np.flatnonzero(differs)
    )
    common = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[:MOST_SHOWN]
    return StationComparison(
        compared=int(reached.sum()),
        equal=int(equal.sum()),
        among_two=int((reached & (rank <= 1)).sum()),
        close=int((later_s <= CLOSE_S).sum()),
        median_later_s=float(np.median(later_s)) if len(later_s) else None,
        p90_later_s=float(np.quantile(later_s, 0.9)) if len(later_s) else None,
        pairs=tuple((str(a), str(b), n) for (a, b), n in common),
    )
