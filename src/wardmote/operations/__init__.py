"""Rows, transactions and permissions: one Django app per capability."""
