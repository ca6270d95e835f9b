"""From a commit to every connection: the pumps, the bell, and the news of who is here. The only caller of emit."""
