"""Room: fetching a person, and the person's way in and out of a chat."""
