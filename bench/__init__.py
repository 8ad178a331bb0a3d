"""The figures: what the lab costs, beside what a person would use instead, as ratios measured in one run."""
