"""A request as chunks: runs of words, each in the frame that says what they are to the thing asked for.

    "my old one broke, I need a kettle with a whistle for my mum, not white"
    → tale [old] · product [kettle] · have [whistle] · for [mum] · listed, refused [white]

A small grammar over closed word classes (see `manners`): English says by its little words what a noun is there for.
What stands in no frame, or in a tale about somebody's life, is nobody's need.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lifecycle.language.lexer import Token
from lifecycle.language.manners import COLOUR_STEMS
from lifecycle.language.words import stem, wordset

# Frames of a chunk.
PRODUCT, LISTED, HAVE, MADE, FIT, FOR, IN, BE, THAT, TO, LIKES, OF, TALE, NONE = (
    "product", "listed", "have", "made", "fit", "for", "in", "be", "that", "to", "likes", "of", "tale", "none",
)  # fmt: skip


@dataclass
class Chunk:
    """A run of words in one frame.  `refused`: it is not to be so; `opener` as typed; `named` when an article or "my"
    introduces it; `clause` counts the clauses of the text."""

    frame: str
    tokens: list[Token]
    refused: bool = False
    opener: str = ""
    named: str = ""
    clause: int = 0
    closed: bool = False  # something follows that ends a noun phrase for sure

    @property
    def words(self) -> list[str]:
        return [token.word for token in self.tokens]


_FRAME_OF = {"wish": PRODUCT, "made": MADE, "fit": FIT, "suits": FOR, "likes": LIKES, "N": IN, "O": OF}
_HERE = frozenset({"here", "there", "already", "outside", "upstairs", "downstairs"})
_OUT = frozenset({"outside", "outdoors", "upstairs", "downstairs"})
_OWN = frozenset({"my", "our", "his", "her", "their"})
_STARTS = frozenset({"ended", "mark"})


def chunks(found: list[Token]) -> list[Chunk]:
    """The chunks of tokens, in order."""
    made: list[Chunk] = []
    parser = _Parser(made)
    for index, token in enumerate(found):
        parser.take(token, found[index + 1 : index + 9])
    parser.flush(closed=True)
    return made


class _Parser:
    """Reads tokens from left to right and keeps what frame it is in."""

    def __init__(self, made: list[Chunk]) -> None:
        self.made = made
        self.run: list[Token] = []
        self.frame = LISTED
        self.opener = ""
        self.named = ""
        self.refused = False
        self.subject = ""  # "" none yet, "it" the product, "who" a person
        self.clause = 0
        self.begun = False  # has the clause said anything yet?
        self.counted = False  # was the last word an amount?

    def flush(self, *, closed: bool = False, frame: str = "") -> None:
        if self.run:
            self.made.append(
                Chunk(frame or self.frame, self.run, self.refused, self.opener, self.named, self.clause, closed)
            )
            self.run = []
        self.named = ""

    def enter(self, frame: str, opener: str = "", *, refused: bool = False) -> None:
        self.frame, self.opener, self.refused = frame, opener, refused

    def restart(self, *, keep_tale: bool = False) -> None:
        self.clause += 1
        if not (keep_tale and self.frame == TALE):
            self.enter(LISTED)
        self.subject = ""
        self.begun = False

    def take(self, token: Token, following: list[Token]) -> None:
        tag = token.tag
        if tag == "U":
            self.run.append(token)
            self.begun = True
            return
        if tag == "$":
            self.flush(closed=True)
            self.enter(LISTED)
            self.subject = ""
            return
        self.counted = tag == "#" or (self.counted and tag == "O")
        if tag == "#":
            if self.run and self.frame in (LISTED, PRODUCT):
                self.run.append(token)
            elif self.frame not in (LISTED, PRODUCT):
                self.flush()
                self.enter(NONE if self.frame != TALE else TALE)
            return
        if tag == "A":
            if token.word in _OUT and self.frame == FOR:
                self.run.append(token._replace(tag="U"))
            if token.word in _HERE and self.frame == BE:
                self.run = []
                self.enter(TALE)
            return
        if tag == "D" or (tag == "M" and token.word != "its"):
            if (self.run and self.frame not in (PRODUCT, LISTED)) or (
                self.run and self.run[-1].tag == "U" and tag == "D"
            ):
                self.flush()
            if not self.run:
                if self.refused:
                    self.enter(LISTED)  # "not too loud please the baby sleeps"
                self.named = "my" if tag == "M" else "a" if token.word in ("a", "an", "some") else self.named or "the"
            if token.word in ("what", "which") and not self.begun:
                self.enter(PRODUCT, token.word)
            if token.word in _OWN and not self.begun and self.frame == LISTED:
                self.subject = "my"  # "my hands crack every winter"
                self.enter(TALE)
            self.begun = True
            return
        handler = getattr(self, f"_on_{_NAMES.get(tag, tag)}")
        handler(token, following)
        self.begun = self.begun or tag not in _STARTS

    def _on_ended(self, token: Token, following: list[Token]) -> None:
        self.flush(closed=True)
        self.restart()

    def _on_mark(self, token: Token, following: list[Token]) -> None:
        listing = self.refused and bool(self.run) and _more_refused(self.run[-1], following)
        self.flush(closed=True)
        if listing:
            return
        keep = self.frame == TALE and bool(following) and following[0].tag in ("C", "V", "X", "B", "I")
        self.restart(keep_tale=keep)

    def _on_and(self, token: Token, following: list[Token]) -> None:
        self.flush()
        if (
            self.refused
            and token.word not in ("or", "nor")
            and not (self.opener.startswith(("without", "w/o", "free", "avoid")))
        ):
            self.enter(NONE if self.frame == TALE else LISTED)
        if self.frame in (FIT, FOR, TO, OF, IN) and following and following[0].tag != "U":
            self.enter(LISTED)

    def _on_but(self, token: Token, following: list[Token]) -> None:
        if token.word == "so" and self.frame in (BE, TALE, THAT) and following and following[0].tag in "UA":
            return  # "so white"
        self.flush(closed=True)
        self.restart()

    def _on_since(self, token: Token, following: list[Token]) -> None:
        self.flush(closed=True)
        self.clause += 1
        self.enter(TALE)
        self.subject = "who"

    def _on_people(self, token: Token, following: list[Token]) -> None:
        if self.frame == THAT and self.opener == "that" and not self.run:
            self.opener = "that i"  # "one that I can wash"
            return
        if self.frame == PRODUCT and self.run and token.word in ("i", "we", "you"):
            self.flush(closed=True)  # "which chocolates can we eat"
        self.flush()
        if token.word in ("me", "us", "him", "myself"):
            return
        self.subject = "who"
        self.enter(TALE)

    def _on_it(self, token: Token, following: list[Token]) -> None:
        if following and token.word in ("this", "that", "these", "those") and following[0].tag == "U":
            self.named = "the"
            return
        being = token.word in ("it's", "its", "they're", "theyre") and not (token.word == "its" and self.begun)
        if self.frame == TALE and self.subject == "who" and self.begun and not being:
            self.flush()
            return
        self.flush()
        self.subject = "it"
        self.enter(BE if being else THAT)

    def _on_that(self, token: Token, following: list[Token]) -> None:
        if token.word == "which" and not self.begun:
            self.enter(PRODUCT, "which")
            return
        if self.frame == TALE:
            self.flush()
            return
        self.flush(closed=True)
        self.subject = "it"
        self.enter(BE if token.word in ("thats", "that's") else THAT, "that")

    def _on_who(self, token: Token, following: list[Token]) -> None:
        self.flush(closed=True)
        self.subject = "who"
        self.enter(TALE)

    def _on_modal(self, token: Token, following: list[Token]) -> None:
        if self.run and self.frame == LISTED and not self.refused:
            self.flush(frame=OF if self.subject != "my" else TALE, closed=True)  # "the basket should …"
            self.subject = "it" if self.subject != "my" else "who"
            self.enter(THAT if self.subject == "it" else TALE)
            return
        self.flush(closed=True)
        if self.frame == PRODUCT:
            self.enter(THAT)

    def _on_be(self, token: Token, following: list[Token]) -> None:
        if self.frame in (LISTED, PRODUCT) and self.run and not self.refused:
            firm = token.tag == "be_like"
            mine = self.subject == "my"
            if firm and token.word.startswith(("would", "will")) and following and following[0].tag == "A":
                self.flush(frame=HAVE, closed=True)  # "noise cancelling would be nice"
                return
            self.flush(frame=TALE if mine else OF if self.frame == LISTED else self.frame, closed=True)
            self.enter(BE if firm or (not mine and self.frame == PRODUCT) else TALE)
            return
        self.flush(closed=True)
        past = token.word in ("was", "were")
        if past or self.subject in ("who", "my") or (self.frame == TALE and token.tag != "be_like"):
            self.enter(TALE)
        else:
            self.enter(BE)

    def _on_have(self, token: Token, following: list[Token]) -> None:
        if self.run and self.subject == "my":
            self.flush(frame=TALE)
        self.flush(closed=True)
        if self.frame == TALE and token.tag == "H":
            return
        if self.frame == TALE and self.subject in ("who", "my") and token.word in ("with", "plus", "having"):
            return
        self.enter(HAVE, token.word)

    def _on_frame(self, token: Token, following: list[Token]) -> None:
        frame = _FRAME_OF[token.tag]
        tale = self.frame == TALE
        if frame == OF and self.run and self.run[-1].stem in _PARTITIVES and token.word == "of":
            self.run.pop()  # "a set of mugs", "an 8 oz bottle of shampoo"
            return
        if frame == OF and token.word == "of" and self.counted and not self.run:
            return  # "a 6 pack of mugs"
        if self.frame == NONE and frame == OF:
            self.flush()
            return
        self.flush(closed=True)
        if tale and frame in (IN, OF, MADE, FIT):
            return
        if frame == FOR and tale:
            self.enter(TALE, "for")
            return
        if frame == LIKES:
            self.subject = "who"
        if frame == PRODUCT:
            self.subject = ""
        self.enter(frame, token.word)

    def _on_wish(self, token: Token, following: list[Token]) -> None:
        if token.tag == "W" and self.subject == "it" and token.word.startswith("need"):
            self.flush(closed=True)
            self.enter(HAVE, token.word)
            return
        if token.word in _FOND and self.subject in ("who", "my"):
            self.flush(closed=True)
            self.enter(LIKES if token.word.endswith("s") else TALE)
            return
        if token.word in _NO_WISH:
            self._on_verb(token, following)
            if token.word == "like" and self.subject != "who":
                self.enter(FIT, "like")
            return
        self.flush(closed=True)
        self.subject = ""
        self.enter(PRODUCT, token.word)

    def _on_to(self, token: Token, following: list[Token]) -> None:
        told = self.frame == PRODUCT and not self.run and self.opener in _FOND | {"need", "want", "have"}
        self.flush(closed=True)
        if told:
            self.enter(TALE)  # "you need to screw in"
        elif self.frame != TALE:
            self.enter(TO, "to")

    def _on_verb(self, token: Token, following: list[Token]) -> None:
        if self.run and self.frame == LISTED and not self.refused:
            self.run = []  # "the baby sleeps": it was the subject of a tale
            self.enter(TALE)
            self.subject = "who"
            return
        self.flush(closed=True)
        if self.frame in (TO, THAT) and self.subject != "who":
            self.frame = self.frame
        elif self.frame != TALE:
            self.enter(NONE)

    def _on_refuse(self, token: Token, following: list[Token]) -> None:
        told = self.subject in ("who", "my") and re.search(
            r"n'?t\s+(?:have|need|get|eat|take)\b|not\s+have\b", token.word
        )
        subject = (
            self.run
            and self.frame == LISTED
            and not self.refused
            and re.match(r"\w+n['’]?t|is |are |does ", token.word)
        )
        if subject:
            self.flush(frame=OF, closed=True)
        self.flush(closed=True)
        if told and not re.search(r"can|want|like", token.word):
            self.enter(TALE)
            return
        self.enter(LISTED, token.word, refused=True)


_FOND = frozenset({"like", "likes", "liked", "love", "loves", "loved", "enjoy", "enjoys"})
_NO_WISH = _FOND | {"know", "help", "look", "think", "thinking", "send", "order"}
_PARTITIVES = frozenset(
    map(
        stem,
        wordset(
            """
            set pair pack packet package bottle box case bag bunch jar can tin tube roll piece bundle kind sort type
            dozen couple lot variety selection number carton tub bar sheet stack
            """
        ),
    )
)
# Tag of a token → the method that takes it.
_NAMES = {
    "C": "and", "B": "but", "S": "since", "P": "people", "I": "it", "M": "it", "R": "that", "Q": "who", "X": "modal",
    "E": "be", "be_like": "be", "H": "have", "W": "wish", "T": "to", "V": "verb",
    **dict.fromkeys(("N", "O", "made", "fit", "suits", "likes", "wish"), "frame"),
}  # fmt: skip


def _more_refused(last: Token, following: list[Token]) -> bool:
    """Does a list of refusals go on after a comma ("no red, blue or pink")?  Not with things of another sort."""
    for index, token in enumerate(following):
        if token.tag == "C":
            return token.word in ("or", "nor") and index + 1 < len(following) and following[index + 1].tag == "U"
        if token.tag not in ("U", "mark") or (token.tag == "U" and _sort(token) != _sort(last)):
            return False
    return False


def _sort(token: Token) -> bool:
    return token.stem in COLOUR_STEMS
