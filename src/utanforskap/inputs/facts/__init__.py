"""What ships as tables: indices, discount profiles, tax rules, measured effects and epidemiology."""
