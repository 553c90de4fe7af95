"""The follow-up programme: one readable file, validated at start, every error with its line number."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import yaml

from lifecycle.customers import PURPOSES
from lifecycle.errors import Invalid
from lifecycle.settings import settings

ASKS = ("arrival", "tips", "check_in", "nps", "review")
ANCHORS = ("placed", "shipped", "delivered", "answered")
CHANNELS = ("webchat", "email")
CONDITIONS = ("not_refunded", "not_cancelled", "not_gift", "no_open_case", "has_guide")
SURVEY_KINDS = {"check_in": "csat", "nps": "nps"}  # the asks that put a score question

_SPAN = re.compile(r"(\d{1,4}) (hour|day)s?")
_QUIET = re.compile(r"([01]?\d|2[0-3]):([0-5]\d) to ([01]?\d|2[0-3]):([0-5]\d)")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Quiet:
    """Local hours in which nothing leaves, from `start` up to but not including `end`; may span midnight."""

    start: time
    end: time

    def covers(self, local: time) -> bool:
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


@dataclass(frozen=True)
class Step:
    """One question or message of the programme."""

    name: str
    ask: str
    purpose: str
    anchor: str
    delay: timedelta
    conditions: tuple[str, ...]
    channels: tuple[str, ...]
    expires_after: timedelta

    @property
    def survey(self) -> str | None:
        """The score this step asks for: csat, nps, or None."""
        return SURVEY_KINDS.get(self.ask)


@dataclass(frozen=True)
class Programme:
    """The whole programme, in the order of the file."""

    quiet: Quiet
    late_after: timedelta
    assume_delivered_after: timedelta
    message_gap: timedelta
    survey_gap: timedelta
    nps_gap: timedelta
    steps: tuple[Step, ...]
    referral_thanks: str = ""  # what a customer is told whose code a friend used; "": what the mail says by itself
    referral_welcome: str = ""  # what the friend is told

    def step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.name == name), None)

    def opening(self, moment: datetime, zone: str | None) -> datetime:
        """`moment` itself when it lies outside the quiet hours of `zone`, else the end of those hours, UTC.

        Computed on the wall clock of the zone, so that a change to or from summer time moves nothing into the night.
        An unknown zone counts as the store's.
        """
        local_zone = zone_of(zone)
        local = moment.astimezone(local_zone)
        if not self.quiet.covers(local.time()):
            return moment.astimezone(timezone.utc)
        day = local.date() + timedelta(days=1 if local.time() >= self.quiet.end else 0)
        opened = datetime.combine(day, self.quiet.end, tzinfo=local_zone).astimezone(timezone.utc)
        # The change of the clocks may skip the end of the quiet hours, or bring their last hour twice.
        while opened < moment or self.quiet.covers(opened.astimezone(local_zone).time()):
            opened += timedelta(minutes=15)
        return opened


def zone_of(name: str | None) -> ZoneInfo:
    """The zone of this name, the store's when it is missing or unknown."""
    for candidate in (name, settings().store_timezone):
        if candidate:
            try:
                return ZoneInfo(candidate)
            except (KeyError, ValueError, OSError):
                continue
    return ZoneInfo("UTC")


def current() -> Programme:
    """The programme of the settings; read again when the file changes."""
    path = settings().programme
    try:
        stamp = path.stat().st_mtime_ns
    except OSError as error:
        raise Invalid(f"The follow-up programme {path.name} cannot be read; set FOLLOW_UP_PROGRAMME.") from error
    return _cached(path, stamp)


@functools.lru_cache(maxsize=4)
def _cached(path: Path, _stamp: int) -> Programme:
    return load(path)


def load(path: Path) -> Programme:
    """The programme in a file; raises Invalid with the line of the first thing that cannot be understood."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"The follow-up programme {path.name} cannot be read; set FOLLOW_UP_PROGRAMME.") from error
    return parse(text, path.name)


def parse(text: str, name: str = "programme.yml") -> Programme:
    """The programme written in `text`; `name` is used in errors."""
    reader = _Reader(name)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Invalid(f"{name} line {mark.line + 1 if mark else 1}: this is not YAML; {error.problem}.") from error
    if root is None:
        raise Invalid(f"{name} line 1: the file is empty; it needs quiet_hours, gaps and steps.")
    top = reader.mapping(
        root,
        "the programme",
        ("quiet_hours", "late", "assume_delivered", "message_gap", "survey_gap", "nps_gap", "referral", "steps"),
    )
    words = reader.mapping(top["referral"], "referral", ("thanks", "welcome")) if "referral" in top else {}
    steps = [reader.step(key.value, node) for key, node in reader.pairs(reader.wanted(top, root, "steps"), "steps")]
    if not steps:
        raise reader.error(root, "steps names no step; write at least one")
    span: Callable[[str], timedelta] = lambda key: reader.span(reader.wanted(top, root, key), key)  # noqa: E731
    return Programme(
        quiet=reader.quiet(reader.wanted(top, root, "quiet_hours")),
        late_after=span("late"),
        assume_delivered_after=span("assume_delivered"),
        message_gap=span("message_gap"),
        survey_gap=span("survey_gap"),
        nps_gap=span("nps_gap"),
        steps=tuple(steps),
        referral_thanks=reader.word(words["thanks"], "thanks") if "thanks" in words else "",
        referral_welcome=reader.word(words["welcome"], "welcome") if "welcome" in words else "",
    )


class _Reader:
    """Reads YAML nodes as what they must be; every refusal names the line."""

    def __init__(self, name: str) -> None:
        self.name = name

    def error(self, node: yaml.Node, sentence: str) -> Invalid:
        return Invalid(f"{self.name} line {node.start_mark.line + 1}: {sentence}.")

    def pairs(self, node: yaml.Node, what: str) -> list[tuple[Any, Any]]:
        if not isinstance(node, yaml.MappingNode):
            raise self.error(node, f"{what} must be a list of `name: value` lines")
        seen: set[str] = set()
        for key, _value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.error(key, f"{what} has a name that is no word")
            if key.value in seen:
                raise self.error(key, f"{key.value} is written twice; keep one of them")
            seen.add(key.value)
        return list(node.value)

    def mapping(self, node: yaml.Node, what: str, known: tuple[str, ...]) -> dict[str, Any]:
        found = {}
        for key, value in self.pairs(node, what):
            if key.value not in known:
                raise self.error(key, f"{key.value} is not known in {what}; it takes {', '.join(known)}")
            found[key.value] = value
        return found

    def wanted(self, found: dict[str, Any], parent: yaml.Node, key: str) -> yaml.Node:
        if key not in found:
            raise self.error(parent, f"{key} is missing")
        return found[key]

    def word(self, node: yaml.Node, what: str) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self.error(node, f"{what} must be one line of text")
        return str(node.value).strip()

    def one_of(self, node: yaml.Node, what: str, known: tuple[str, ...]) -> str:
        word = self.word(node, what)
        if word not in known:
            raise self.error(node, f"{what} is {word}; it must be one of {', '.join(known)}")
        return word

    def several_of(self, node: yaml.Node, what: str, known: tuple[str, ...]) -> tuple[str, ...]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(node, f"{what} must be a list like [{known[0]}]")
        return tuple(dict.fromkeys(self.one_of(child, what, known) for child in node.value))

    def span(self, node: yaml.Node, what: str) -> timedelta:
        return self._matched(node, what, _SPAN, "write it like 3 days or 12 hours", lambda m: _timedelta(m[1], m[2]))

    def quiet(self, node: yaml.Node) -> Quiet:
        return self._matched(
            node,
            "quiet_hours",
            _QUIET,
            "write them like 20:00 to 09:00",
            lambda m: Quiet(time(int(m[1]), int(m[2])), time(int(m[3]), int(m[4]))),
        )

    def step(self, name: str, node: yaml.Node) -> Step:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
            raise self.error(node, f"the step name {name} must be small letters, digits and _, at most 40")
        known = ("ask", "purpose", "when", "only_if", "channels", "expires")
        found = self.mapping(node, f"step {name}", known)
        when = self.wanted(found, node, "when")
        delay, anchor = self._matched(
            when,
            "when",
            re.compile(rf"{_SPAN.pattern} after ({'|'.join(ANCHORS)})"),
            f"write it like 1 day after delivered, with one of {', '.join(ANCHORS)}",
            lambda m: (_timedelta(m[1], m[2]), m[3]),
        )
        channels = self.several_of(self.wanted(found, node, "channels"), "channels", CHANNELS)
        if not channels:
            raise self.error(found["channels"], f"step {name} names no channel; it takes {', '.join(CHANNELS)}")
        ask = self.one_of(self.wanted(found, node, "ask"), "ask", ASKS)
        purpose_node = self.wanted(found, node, "purpose")
        purpose = self.one_of(purpose_node, "purpose", PURPOSES)
        if (ask in SURVEY_KINDS) != (purpose == "survey"):
            expected = "survey" if ask in SURVEY_KINDS else "service, review or marketing"
            raise self.error(purpose_node, f"purpose is {purpose}; a step that asks {ask} must say {expected}")
        return Step(
            name=name,
            ask=ask,
            purpose=purpose,
            anchor=anchor,
            delay=delay,
            conditions=self.several_of(found["only_if"], "only_if", CONDITIONS) if "only_if" in found else (),
            channels=channels,
            expires_after=self.span(self.wanted(found, node, "expires"), "expires"),
        )

    def _matched(
        self, node: yaml.Node, what: str, pattern: re.Pattern[str], hint: str, make: Callable[[re.Match[str]], _T]
    ) -> _T:
        word = self.word(node, what)
        match = pattern.fullmatch(word)
        if match is None:
            raise self.error(node, f"{what} is {word}; {hint}")
        return make(match)


def _timedelta(count: str, unit: str) -> timedelta:
    return timedelta(hours=int(count)) if unit == "hour" else timedelta(days=int(count))
