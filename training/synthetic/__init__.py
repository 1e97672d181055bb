"""The parts that synthetic logos are drawn from: outlines, letters, marks, scenes, and what happens to a picture."""
