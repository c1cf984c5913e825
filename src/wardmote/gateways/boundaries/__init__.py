"""Boundaries of places from files of geographic information systems: GeoJSON and shapefiles."""
