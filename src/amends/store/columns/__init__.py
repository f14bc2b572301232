"""The copy that figures are computed from: columns in DuckDB, refreshed from the database and asked by a process of its own."""
