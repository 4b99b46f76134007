"""Small apps, each with one planted bug, to see what property tests find and how soon."""
