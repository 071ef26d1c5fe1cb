"""Evaluations as others see them: tables, run records, and a bank of them."""
