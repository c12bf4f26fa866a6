"""The union in a browser: pages, an HTTP API, a live stream, feeds."""
