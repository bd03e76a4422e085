"""Room: chat sessions and the messages in them."""
