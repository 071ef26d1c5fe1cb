"""Participants' data: as spells, before and after, registrations or counts; what could be used of it, and what not."""
