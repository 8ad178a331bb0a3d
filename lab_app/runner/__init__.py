"""Running attempts: a worker process an engine, scratch databases, time limits, and the verbs of a scenario."""
