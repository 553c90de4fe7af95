"""How people write: words, sentences, small change of talk.  Knows no store."""
