"""Meeting rooms of an office, and who has them when."""
