"""Night watches and patrol orders: rosters, swaps, calendars, what was walked."""
