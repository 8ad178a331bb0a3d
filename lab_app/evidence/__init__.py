"""What is recorded of an attempt: SQL, schema, rows, errors. Nothing here judges."""
