"""The exercises: what each asks, what it starts from, and how far a learner is."""
