"""What is found in what the walk saw: pure functions, a module a kind, none of which needs a database."""
