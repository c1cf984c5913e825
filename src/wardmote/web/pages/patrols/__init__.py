"""Patrols: of idle units, and orders on foot from making to adherence."""
