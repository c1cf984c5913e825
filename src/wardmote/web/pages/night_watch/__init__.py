"""Night watches and patrol orders: rosters, swaps, the walk itself."""
