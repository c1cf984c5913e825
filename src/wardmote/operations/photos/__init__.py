"""Photographs and signatures taken as proof: stripped, encrypted, and kept for a term."""
