"""What keeps the server safe: headers, limits, tokens against forged requests, refusals."""
