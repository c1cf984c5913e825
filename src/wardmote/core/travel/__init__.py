"""Road travel times: the graph, places on it, nearest units, isochrones, routes, vehicles."""
