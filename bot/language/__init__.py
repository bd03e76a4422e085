"""Understanding of text: pure functions over reviewed data, the same on every Python the project runs."""
