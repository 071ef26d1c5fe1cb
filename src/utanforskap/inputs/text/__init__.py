"""A file as text: YAML with positions, parents merged."""
