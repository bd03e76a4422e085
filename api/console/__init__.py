"""Room: staff pages."""
