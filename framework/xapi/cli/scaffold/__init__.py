"""New projects: what `xapi new` writes."""
