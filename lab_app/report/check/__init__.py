"""A check's document on a screen, and in whatever form another program reads."""
