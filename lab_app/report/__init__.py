"""Reports: the result document as a terminal screen, Markdown, JUnit XML or HTML. Nothing here runs anything."""
