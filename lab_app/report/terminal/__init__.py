"""The screens: a document on a terminal, in 80 columns, with rich."""
