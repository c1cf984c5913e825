"""OpenStreetMap: roads, names and the base map of a place."""
