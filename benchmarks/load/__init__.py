"""What the load on a server is made of: the server, its readers."""
