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


LEARNING = """
import sys
from pathlib import Path
from lifecycle.engine import unused
left_out = unused.for_training(Path("config.yml"))
assert unused.leave_out(Path("credentials.yml"), libraries=left_out)
from lifecycle.engine import learning, vectors
for name in left_out & sys.modules.keys():
    assert not getattr(sys.modules[name], "__file__", None), name
assert "scipy.stats" in left_out & sys.modules.keys()
lengths = {f"{part}_ngrams": [1, 2] for part in ("word", "letter", "kind")}
least = {f"{part}_min": 1 for part in ("word", "letter", "kind")}
texts, intents = ["where is my order", "where is it", "hello there", "hello you"], ["track", "track", "greet", "greet"]
examples = learning.features(vectors.ChatVectors({**lengths, **least}), texts)
config = {"regularisation_inverse": 4, "max_iter": 12, "bayes_smoothing": 0.02, "bayes_share": 0.1, "temperature": 1}
names, coefficients, intercepts = learning.weights(examples, intents, config)
print(*(names[best] for best in (examples @ coefficients.T + intercepts).argmax(axis=1)))
"""


def test_a_training_learns_without_what_a_server_needs() -> None:
    done = subprocess.run([sys.executable, "-c", LEARNING], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.stdout == "track track greet greet\n", done.stderr[-1000:]


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
