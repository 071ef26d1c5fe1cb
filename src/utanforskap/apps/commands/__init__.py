"""The shell's commands, one or a few kindred ones in each module."""
