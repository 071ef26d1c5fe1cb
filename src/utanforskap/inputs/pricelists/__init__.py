"""Price lists: the shipped ones, users' own, and a kommun's from Kolada."""
