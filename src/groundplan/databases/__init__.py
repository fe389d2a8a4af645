"""The databases that stores use: a file or a server, and how their schemas are brought on."""
