"""How it is computed: arrays in, arrays out; no file is read and no number is formatted here."""
