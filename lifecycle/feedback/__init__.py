"""What buyers write back, read: a score only when it is one, how it sounds, what it is about."""
