"""The peer: stock Rasa, the bot `rasa init` makes, in an environment of its own."""
