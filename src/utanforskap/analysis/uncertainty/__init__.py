"""How sure an answer is: what a case's uncertain estimates make of it."""
