"""Who pays, who gets back, and what a small budget moves: funders, funds, side payments and leverage."""
