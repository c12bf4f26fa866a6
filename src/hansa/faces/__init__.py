"""What people touch: the command line, the written report, the pages."""
