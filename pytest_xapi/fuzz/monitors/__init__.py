"""What no response shows: tasks, teardown, blocked loops, dropped fields, leaks; and the way to the app."""
