"""Calendars that people's own calendar programs read: iCalendar (RFC 5545)."""
