"""The parts of a scenario, as frozen models, and what is told where something does not fit one."""
