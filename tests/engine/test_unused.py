"""Libraries of other channels are left out of the server, and come back with the first of those channels."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lifecycle.engine import unused
from lifecycle.settings import PROJECT

SERVER = """
import sys
from pathlib import Path
from lifecycle.engine import unused
assert unused.leave_out(Path("credentials.yml"))
import rasa.core.agent, rasa.core.run, rasa.engine.recipes.default_components
from lifecycle.engine import channel, patches
patches.apply()
for name in unused.LIBRARIES & sys.modules.keys():
    assert not getattr(sys.modules[name], "__file__", None), name
assert {"aiogram", "pymongo", "matplotlib"} <= sys.modules.keys()
import pymongo.errors
try:
    raise ValueError
except (pymongo.errors.ConnectionFailure, ValueError):
    pass
try:
    pymongo.MongoClient("mongodb://nowhere")
except ImportError as error:
    assert "pymongo.MongoClient" in str(error)
    print("left out")
"""


TRAINING = """
import sys
from pathlib import Path
from lifecycle.engine import unused
left_out = unused.for_training(Path("config.yml"))
assert unused.leave_out(Path("credentials.yml"), libraries=left_out)
import rasa.model_training, rasa.engine.recipes.default_components
from lifecycle.engine.classifier import IntentModel
for name in left_out & sys.modules.keys():
    assert not getattr(sys.modules[name], "__file__", None), name
assert {"sanic", "scipy.stats", "socketio"} <= left_out & sys.modules.keys()
model = IntentModel({})
model.train(["where is my order", "where is it", "hello there", "hello you"] * 3, (["track"] * 2 + ["greet"] * 2) * 3)
print(model.names[model.chances(["where is my order"]).argmax()])
"""


def test_a_training_learns_without_what_a_server_needs() -> None:
    done = subprocess.run([sys.executable, "-c", TRAINING], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.stdout == "track\n", done.stderr[-1000:]


@pytest.mark.parametrize("entry", ["pipeline:\n- name: SpacyNLP", "policies:\n- name: my.Policy", "pipeline:\n- {}"])
def test_a_training_with_components_of_others_gets_the_real_ones(tmp_path, entry: str) -> None:
    config = tmp_path / "config.yml"
    config.write_text(f"language: en\n{entry}\n", encoding="utf-8")
    assert not unused.only_known(config)
    assert not unused.for_training(config) & (unused.OF_A_SERVER | unused.OF_TRAINING)


def test_the_server_is_imported_without_them() -> None:
    done = subprocess.run([sys.executable, "-c", SERVER], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.stdout == "left out\n", done.stderr[-1000:]


@pytest.mark.parametrize("channel", ["rest:", "telegram:\n  access_token: x"])
def test_another_channel_gets_the_real_ones(tmp_path, channel: str) -> None:
    (tmp_path / "credentials.yml").write_text(f"{unused.OUR_CHANNEL}: {{}}\n{channel}\n", encoding="utf-8")
    before = list(sys.meta_path)
    assert unused.leave_out(tmp_path / "credentials.yml") is False
    assert sys.meta_path == before
