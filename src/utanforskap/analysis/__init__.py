"""What can be asked of a ledger: readings, metrics and their explanation."""
