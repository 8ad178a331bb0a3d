"""Learn: an exercise is made in a learner's folder, and what is done there is judged on every engine."""
