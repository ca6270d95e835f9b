"""The only SQL: one file a noun, the schema, its migrations, and the journal that writes."""
