"""How the documentation is built."""

project = "Wardmote 邻里守望"
author = "The Wardmote authors"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "Wardmote 邻里守望"
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nitpicky = False
suppress_warnings = ["misc.highlighting_failure"]
