"""Per-room scenarios for pytest."""
