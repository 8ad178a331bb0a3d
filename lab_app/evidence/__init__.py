"""What is observed of any database: SQL, schema, rows, errors. Nothing here judges, or knows of scenarios."""
