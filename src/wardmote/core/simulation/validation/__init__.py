"""Does the simulation foretell what really happened? Fitted on some days, tried on the next."""
