"""What the assistant does in a turn: read it, call the domain, choose the words.  Loaded by `rasa run actions`."""
