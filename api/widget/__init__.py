"""Room: the visitor's pages and the embed."""
