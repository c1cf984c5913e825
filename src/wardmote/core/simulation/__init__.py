"""The twin: the same decision code as live operation, driven by records or by an event heap."""
