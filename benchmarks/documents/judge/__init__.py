"""A process that judges requests as they came over the wire, with another validator than the generator has.

It shares no code with xapi: it reads documents itself, and validates with `openapi-schema-validator`.
"""
