"""Pages as HTML: cells, tables, reasons, figures, and the frame around them."""
