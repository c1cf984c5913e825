"""Cutting a territory into one connected grid per post."""
