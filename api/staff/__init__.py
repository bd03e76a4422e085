"""Room: staff members and their sign-ins."""
