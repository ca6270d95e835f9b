"""The pytest plugin. Imports nothing heavy: every pytest run of an environment with Rooms in it loads this."""
