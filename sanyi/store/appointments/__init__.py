"""Appointments: rosters, their slots, bookings, the waiting list, and who was told what."""
