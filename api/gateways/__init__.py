"""Room: outside services, each a Protocol with its real and its console twin."""
