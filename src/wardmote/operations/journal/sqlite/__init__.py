"""SQLite for Django, whose writers in one process wait in line instead of polling."""
