"""What each page shows, as values: a function from what a reader sees to a `Page`."""
