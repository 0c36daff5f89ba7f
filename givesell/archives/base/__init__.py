"""What all readers share: a post, the head of a file, the interface of readers and the bases of
plain formats and of exports. The room imports `streams` and `parsing`.
"""
