"""Settings, wiring and URLs: the only room that knows all the others."""
