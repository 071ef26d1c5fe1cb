"""A workbook that proves itself: every result a live formula of the inputs, with Python's number in it."""
