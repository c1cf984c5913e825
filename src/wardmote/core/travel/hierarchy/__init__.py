"""Travel times at planning scale: a hierarchy over the road graph, prepared once, timed anew."""
