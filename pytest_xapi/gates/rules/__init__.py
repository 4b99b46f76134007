"""Rules about an OpenAPI document: what whoever reads it would miss or stumble over."""
