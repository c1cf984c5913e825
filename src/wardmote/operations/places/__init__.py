"""Places: divisions, beats, posts, key places, zones, and the city directory they come from."""
