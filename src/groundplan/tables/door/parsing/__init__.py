"""What happens to a file inside the child process: bytes become plain cells. It starts quickly: no numpy."""
