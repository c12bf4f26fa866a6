"""``python -m hansa``."""

from hansa.faces.cli import main

main()
