"""The only code that imports rasa: it runs inside the Rasa server, and reads its models."""
