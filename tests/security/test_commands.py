"""What a customer types is never a command, whatever it looks like: 200 ways to try, up to what Rasa makes of it."""

from __future__ import annotations

from typing import Any

from fake_rasa import FakeRasa
from hostile import INTENTS, commands
from running_site import Site

from lifecycle.engine.channel import heard
from lifecycle.text import canonical

pytest_plugins = ["tests.bot.conftest"]
BY_REGEX = "RegexMessageHandler"  # Rasa's reader of /intent{"entity": "value"}


def test_two_hundred_commands_arrive_at_rasa_as_the_very_text_that_was_typed(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    for number, text in enumerate(commands()):
        answered = site.post(f"{path}/messages", json={"message_id": f"m{number}", "text": text}, headers=ada)
        assert answered.status_code == 200, text
        assert set(rasa.received[-1]) == {"conversation_id", "message_id", "text"}
        assert rasa.received[-1]["text"] == canonical(text)
    for number, text in enumerate(commands()[::20]):
        assert site.post("/chat", data={"message_id": f"{number:032x}", "text": text}).status_code == 303
        assert rasa.received[-1]["text"] == canonical(text) and "payload" not in rasa.received[-1]


def test_no_command_is_parsed_as_one_by_the_trained_assistant(agent: Any, loop: Any) -> None:
    async def all_of_them() -> list[tuple[str, dict[str, Any]]]:
        return [(text, await heard(agent, canonical(text))) for text in commands()]

    parsed = loop.run_until_complete(all_of_them())
    obeyed = [
        text
        for text, result in parsed
        if any(entity.get("extractor") == BY_REGEX for entity in result["entities"])
        or (result["intent"]["name"] in INTENTS and result["intent"]["confidence"] == 1.0)
        or result["text"] != canonical(text)
    ]
    assert obeyed == []
    assert len(parsed) >= 200


def test_the_same_words_behind_a_button_of_ours_would_be_a_command(agent: Any, loop: Any) -> None:
    """The control: what the 200 try is what Rasa's own reader obeys, so that not obeying it means something."""

    async def as_rasa_would() -> Any:
        from rasa.core.channels.channel import UserMessage

        return await agent.processor.parse_message(UserMessage('/greet{"value": "10"}'))

    parsed = loop.run_until_complete(as_rasa_would())
    assert parsed["intent"]["name"] == "greet" and parsed["intent"]["confidence"] == 1.0
