"""The lab's pages: they read one result document and nothing else."""
