"""The passes over a file after its syntax: structure, then what must go together."""
