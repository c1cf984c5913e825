"""Who works which shift on which day: rosters with a proof of how good they are."""
