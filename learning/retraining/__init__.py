"""Models trained anew on what was served: outcomes as training rows, labels by people, and when it is time."""
