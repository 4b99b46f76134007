"""Running one property test: its cases are sent, judged, made small and recorded."""
