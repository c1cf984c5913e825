"""The tree of places: divisions, grids and beats, their boundaries and how they fit."""
