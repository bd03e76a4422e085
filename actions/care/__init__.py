"""The clinic's rules as plain Python over `data/care`: pure, no framework, nothing of the other floors."""
