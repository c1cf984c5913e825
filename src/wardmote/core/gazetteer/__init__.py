"""Finding a place by what a caller says: a street, a crossing, a house number, a landmark."""
