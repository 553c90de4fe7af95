"""One score taken back for another in so many words: "I typed 9 but meant 4", "8, not 7", "replace 5 by 8"."""

from __future__ import annotations

import re

from lifecycle.language.number_words import OUT_OF, WORDS

_MARK = rf"(?:(?:\d+|{'|'.join(WORDS)}){OUT_OF}?)(?![\w/%.]\w)"
_OLD, _NEW = rf"(?:an? |the )?{_MARK}", rf"(?:an? )?(?P<new>{_MARK})"
_GAP = r"[\s,.;:!()—*-]+"
_MEANT = (
    r"(?:(?:but|and|now|sorry|it'?s|its|it is|it should(?: have)?(?: be| been)?|"
    r"that'?s|i|we|actually|rather|should be|should have been|mean|meant|"
    r"meant to (?:say|put|type)|wanted|"
    r"wanted to (?:say|put|type)|make it|make that|more like|really|let'?s say|say|better|today)[\s,]+)"
)
_SAID = r"(?:said|typed|wrote|put|pressed|hit|entered|clicked|tapped|thought|chose|gave|picked|mistyped|had)"
_WRONG = r"(?:a |an |my )?(?:typo|mistake|wrong|error|slip|misclick|misprint|accident)"
_WHICH = r"(?: (?:it|that|this|my|the|score|rating|answer|vote|of|me))*"
_EARLIER = r"(?: (?:earlier|before|first|at first|by mistake|by accident|there|above))?"
_PATTERNS = (
    rf"(?:^|(?<=[,.;!—] ))(?:sorry,? |no,? |oops,? |it'?s |it is |i'?m |that'?s )*(?:not|no longer|isn'?t) {_OLD}{_GAP}"
    rf"{_MEANT}*{_NEW}",
    rf"{_NEW}[\s,(*—-]+(?:and )?(?:not|instead of|rather than|in place of|ignore|forget|no longer) {_OLD}\)?"
    r"(?! (?:\w+ )?(?:days|weeks|hours|minutes|of|out|parts|items))",
    rf"(?:change|replace|correct|swap|move|update|switch|raise|lower|turn){_WHICH}(?: from)? {_OLD} (?:to|by|with|"
    rf"into|for) "
    rf"{_NEW}",
    rf"(?:(?:my|the|that|sorry|oops)[\s,]+)*{_MARK} (?:was|is) (?:just )?{_WRONG}{_GAP}{_MEANT}*{_NEW}",
    rf"{_NEW}{_GAP}(?:the|my|that) {_MARK} (?:was|is) (?:just )?{_WRONG}",
    rf"(?:i |we |first |earlier |just |had |oops |sorry )*{_SAID}(?: it| you|"
    rf" in)? {_OLD}{_EARLIER}{_GAP}{_MEANT}+{_NEW}",
    rf"^{_MARK}[\s,.!]+(?:(?:lol|haha+|hm+|um+|er+m*|uh)[\s,.!]+)+(?:no+|nope|nah)[\s,.!]+{_NEW}$",
    rf"(?:forget|ignore|scratch|drop) {_OLD}{_GAP}{_MEANT}*{_NEW}",
    rf"rather {_NEW} than {_OLD}",
    rf"^{_MARK} no+,? {_NEW}$",
    rf"^\d{{1,3}}[\s,.;:!()*—-]+(?:oops|sorry|whoops|typo|i (?:mean|meant)|correction|no|wait|er+m*|ugh)(?:[\s,.;:!—]+"
    rf"(?:i (?:mean|meant)|no|wait|typo|sorry|make that|just))*[\s,.;:!—]+{_NEW}$",
    rf"{_NEW}[\s,.;!—]+i(?: would|'d like to|'ll)? take back (?:the|my|that) {_MARK}",
    rf"(?:(?:it|that|you|this) )?(?:was|were|used to be|had been) {_OLD} (?:(?:last|the last|previous|first) "
    rf"(?:year|time|month|order|week)|before|at first|initially|once|earlier){_GAP}(?:but |and |so |though )*"
    rf"(?:this (?:year|time|month|order)|now|today|these days)[\s,:]*{_MEANT}*{_NEW}",
    rf"(?:(?:first|at first|initially|originally)[\s,]+)?(?:(?:i|we)(?:'d| had)? )?"
    rf"(?:was going|wanted|was about|planned|intended|was gonna|was ready|meant|started|would have liked)"
    rf" (?:to|with) (?:(?:give|say|put|rate|score|mark|choose|pick|go (?:for|with))(?: (?:it|you|this|them))? )?{_OLD}"
    rf"(?=\W)[^\d?]{{0,60}}?\b(?:now|it'?s|make it|so|i'?ll (?:say|give|go with)|i say|only|"
    rf"down to){_GAP}{_MEANT}*{_NEW}",
    rf"last (?:year|time|month|order) {_OLD}{_GAP}(?:but |and |so )?(?:this (?:year|time|month|order)|"
    rf"now|today) {_NEW}",
    rf"{_OLD} (?:at first|before|then|last time|initially|originally|earlier){_GAP}{_MEANT}*{_NEW} (?:now|today|"
    rf"this time)",
)
_CORRECTIONS = tuple(re.compile(pattern) for pattern in _PATTERNS)


def settled(line: str) -> str:
    """The line with only the score that stands, where another was plainly taken back."""
    if not _TWO.search(line):
        return line
    for pattern in _CORRECTIONS:
        line = pattern.sub(r"\g<new>", line)
    return line


_TWO = re.compile(rf"\b{_MARK}.*?\b{_MARK}")
