"""Commands on what was served: outcomes, experiments, what is learned from both."""
