"""The pieces of a web page: the matrix and the evidence as HTML, for the pages and for the report in one file."""
