"""The only place that knows eventlet, Engine.IO and WebSocket internals.

Moving to another server touches nothing else.
"""
