"""Results made visible: charts, maps, tables, pages; computes nothing."""
