"""Numbers as they are stated, and what every part of a scenario shares."""
