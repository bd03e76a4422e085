"""Room: what the commands do on this machine: environments, secrets, processes, test runs."""
