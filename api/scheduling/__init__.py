"""Room: what can be booked, what is held, what is booked."""
