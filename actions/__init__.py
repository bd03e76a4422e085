"""The clinic's rules, and the steps the bot asks for: pathway, screeners, times, bookings, handoffs."""
