"""Words no English sentence has, of the languages our visitors write most."""

from __future__ import annotations

import re

_OTHER_LANGUAGE = re.compile(
    r"\b(?:hola|busco|quiero|necesito|tienen|tienes|cuanto|cuánto|cuesta|gracias|muchas|por|favor|donde|dónde|español|una?|para|"
    r"bonjour|salut|je|j'ai|cherche|voudrais|combien|merci|vous|français|avez|est-ce|pour|moi|bitte|"
    r"hallo|guten|ich|suche|brauche|danke|haben|sie|einen|eine|wie|kostet|wo|deutsch|für|"
    r"ciao|cerco|vorrei|grazie|quanto|costa|buongiorno|ol[aá]|obrigad[oa]|preciso|você|quero|"
    r"ik|zoek|dank|hoeveel|goedendag)\b|[¿¡]",
    re.I,
)
_MAYBE_ENGLISH = frozenset({"un", "una", "por", "favor", "para", "pour", "moi", "sie", "wo", "die", "muchas"})


def foreign_words(text: str) -> frozenset[str]:
    """The foreign words of a text, lower case; words that English borrows count only beside one that is no English."""
    found = frozenset(word.lower() for word in _OTHER_LANGUAGE.findall(text))
    return found if found - _MAYBE_ENGLISH else frozenset()
