"""Several workers on one database, by way of Redis: bells, words, who is here, and limits. Redis keeps nothing else.

What is written here runs in greenlets: the standard library waits without holding anybody, since it is patched.
"""
