"""Speed against stock Rasa: the whole recorded turn through the gateway, in pairs with the peer's unrecorded one.

    python -m bench.speed [--pairs 300] [--products 50000] [--without-training] [--without-million]

Every time is a ratio of interleaved pairs of the same run, ours over the peer's (bench/stock), because a machine's load
changes absolute times and hardly changes ratios; `spread` holds the middle half of the pairs.  The peer is the bot
`rasa init` makes, with its conversations in memory.  Everything runs on this machine and ends by itself.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx

from bench.stack import PROJECT, Shopper, Stack, figure, running
from bench.stock import peer as stock
from bench.wire import Visitor, Wire

HELLO = "hello"
WISH = "I need a quiet grinder under $150 for espresso, not black"
TALK = (HELLO, WISH, "cheaper", "do you ship to Canada?", "thanks", "is the first one easy to clean?")
WARM_UP = 20
SHOPPERS = 8
THROUGHPUT_SECONDS = 10
LIMITLESS = {"MESSAGE_RATE_PER_MINUTE": "0", "ADDRESS_RATE_PER_MINUTE": "0"}
PEER_START_SECONDS = 47.0  # on two idle cores; the second start's figure is absolute


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--pairs", type=int, default=300)
    options.add_argument("--products", type=int, default=50_000)
    options.add_argument("--without-training", action="store_true")
    options.add_argument("--without-million", action="store_true")
    given = options.parse_args()
    stock.prepare()
    reached: list[bool] = []
    if not given.without_training:
        reached += training()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stopping:
        ours = Stack(Path(folder) / "demo", **LIMITLESS)
        ours.start()
        ours.stop()
        again = ours.start()
        stopping.callback(ours.stop)
        peer = stock.Peer()
        peer.start()
        stopping.callback(peer.stop)
        reached += turns(ours, peer, given.pairs)
        reached += throughput(ours, peer)
        reached += same_conversation(ours)
        memory = ours.memory_mb()
        print("memory, MB:", memory, "peer:", peer.memory_mb(), file=sys.stderr)
        reached += [
            figure("speed.memory_ratio", sum(memory.values()) / peer.memory_mb(), 0.5, reference=1.0),
            figure("speed.second_start_s", again, 12.0, reference=PEER_START_SECONDS),
        ]
        ours.stop()
        reached += recommending(Path(folder) / "larger", peer, given.pairs // 2, given.products)
    if not given.without_million:
        reached += growth(given.pairs // 2)
    return 0 if all(reached) else 1


def training() -> list[bool]:
    """Training, ours and the peer's, both from nothing."""
    theirs = stock.train()
    with tempfile.TemporaryDirectory() as out:
        ours = stock.spent([sys.executable, "-m", "lifecycle.engine.train", "--force", "--out", out], PROJECT)
    print(f"training: {ours}, peer {theirs}", file=sys.stderr)
    return [
        figure("speed.training_time_ratio", ours.seconds / theirs.seconds, 0.2, reference=1.0),
        figure("speed.training_memory_ratio", ours.memory_mb / theirs.memory_mb, 0.25, reference=1.0),
    ]


def turns(ours: Stack, peer: stock.Peer, pairs: int) -> list[bool]:
    """A recorded hello of a new shopper against the peer's."""
    wire = Wire(ours.url)
    times = paired(lambda: saying(Visitor(wire), HELLO), lambda: greeting(peer), pairs)
    ratio_50, ratio_99 = (percentile(times[0], rank) / percentile(times[1], rank) for rank in (50, 99))
    print(f"hello, ms: {shown(times[0])}, peer {shown(times[1])}", file=sys.stderr)
    return [
        figure("speed.hello_p50_ratio", ratio_50, 0.4, reference=1.0, spread=spread(times)),
        figure("speed.hello_p99_ratio", ratio_99, 0.8, reference=1.0),
    ]


def recommending(home: Path, peer: stock.Peer, pairs: int, products: int) -> list[bool]:
    """A wish over many products against the peer's hello."""
    feed = larger_demo(home.with_suffix(".jsonl"), products)
    with running(home, **LIMITLESS) as store:
        store.command("catalogue", "import", str(feed), "--format", "jsonl")
        store.command("search", "grinder")  # the index is made
        wire = Wire(store.url)
        times = paired(lambda: saying(Visitor(wire), WISH), lambda: greeting(peer), pairs)
    print(f"wish over {products} products, ms: {shown(times[0])}, peer's hello {shown(times[1])}", file=sys.stderr)
    ratio = percentile(times[0], 50) / percentile(times[1], 50)
    return [figure("speed.recommend_p50_ratio", ratio, 0.8, reference=1.0, spread=spread(times))]


def throughput(ours: Stack, peer: stock.Peer) -> list[bool]:
    """Messages a second of eight shoppers at once, three rounds of each in turn."""
    rates: tuple[list[float], list[float]] = ([], [])
    for _ in range(3):
        rates[0].append(rate(lambda: shopping(ours)))
        rates[1].append(rate(lambda: chatting(peer)))
    ratios = [mine / theirs for mine, theirs in zip(*rates, strict=True)]
    print(f"messages a second: {rates[0]}, peer {rates[1]}", file=sys.stderr)
    middle = (min(ratios), max(ratios))
    return [figure("speed.throughput_ratio", statistics.median(ratios), 4.0, reference=1.0, most=False, spread=middle)]


def same_conversation(ours: Stack) -> list[bool]:
    """Turn 200 against turn 5 of the same conversation, and three messages of one shopper at once."""
    early: list[float] = []
    late: list[float] = []
    three: list[float] = []
    wire = Wire(ours.url)
    visitor = Visitor(wire)
    for turn in range(1, 207):
        took = saying(visitor, TALK[turn % len(TALK)])()
        if 3 <= turn <= 8:
            early.append(took)
        elif turn > 200:
            late.append(took)
    with httpx.Client(base_url=ours.url, timeout=60) as client:  # it can hold three connections
        single = statistics.median(saying(Shopper(ours.url, client), HELLO)() for _ in range(30))
        for _ in range(10):
            shopper = Shopper(ours.url)
            three.append(at_once([saying(shopper, HELLO) for _ in range(3)]))
    return [
        figure("speed.turn_200_to_turn_5", statistics.median(late) / statistics.median(early), 1.3, reference=5.0),
        figure("speed.three_at_once_turns", statistics.median(three) / single, 3.0, reference=53.0),
    ]


def growth(pairs: int) -> list[bool]:
    """The same hello with 1,000 and with 1,000,000 messages in the database, in pairs."""
    from lifecycle import db

    with tempfile.TemporaryDirectory() as folder, ExitStack() as stopping:
        stores = []
        for name, conversations in (("small", 150), ("large", 150_000)):
            from bench import million

            (Path(folder) / name).mkdir()
            engine = db.bind(f"sqlite:///{Path(folder) / name / 'lifecycle.db'}")
            db.upgrade()
            million.fill(engine, conversations=conversations)
            engine.dispose()
            stores.append(Stack(Path(folder) / name, DEMO="0", **LIMITLESS))
            stores[-1].start()
            stopping.callback(stores[-1].stop)
        wires = [Wire(store.url) for store in stores]

        def turn(which: int) -> Callable[[], float]:
            return saying(Visitor(wires[which]), HELLO)

        times = paired(lambda: turn(1), lambda: turn(0), pairs)
    ratio = percentile(times[0], 50) / percentile(times[1], 50)
    print(f"hello among a million messages, ms: {shown(times[0])}, a thousand: {shown(times[1])}", file=sys.stderr)
    return [figure("speed.growth_to_a_million", ratio, 1.15, spread=spread(times))]


# --- measuring --------------------------------------------------------------------------------------------------------


def paired(
    first: Callable[[], Callable[[], float]], second: Callable[[], Callable[[], float]], pairs: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of two kinds of turns, one after the other; each kind is prepared outside the time."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(pairs + WARM_UP):
        took = first()(), second()()
        if number >= WARM_UP:
            times[0].append(took[0])
            times[1].append(took[1])
    return times


def timed(act: Callable[[], object]) -> Callable[[], float]:
    def measured() -> float:
        began = time.perf_counter()
        act()
        return (time.perf_counter() - began) * 1000

    return measured


def saying(shopper: Shopper | Visitor, text: str) -> Callable[[], float]:
    return timed(lambda: shopper.say(text))


def greeting(peer: stock.Peer) -> Callable[[], float]:
    sender = uuid.uuid4().hex
    return timed(lambda: peer.say(sender, HELLO))


def at_once(turns: list[Callable[[], float]]) -> float:
    """Milliseconds until all of them are answered."""
    threads = [threading.Thread(target=turn) for turn in turns]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - began) * 1000


def shopping(ours: Stack) -> Callable[[], None]:
    wire = Wire(ours.url)
    visitors = iter([Visitor(wire) for _ in range(THROUGHPUT_SECONDS * 50)])
    return lambda: (next(visitors).say(HELLO), None)[1]


def chatting(peer: stock.Peer) -> Callable[[], None]:
    wire = Wire(peer.url)
    return lambda: peer.say(uuid.uuid4().hex, HELLO, wire)


def rate(make: Callable[[], Callable[[], None]]) -> float:
    """Messages a second of `SHOPPERS` threads; each prepares before the clock starts."""
    gate = threading.Barrier(SHOPPERS + 1)
    counts = [0] * SHOPPERS

    def write(place: int) -> None:
        act = make()
        gate.wait()
        over = time.monotonic() + THROUGHPUT_SECONDS
        while time.monotonic() < over:
            act()
            counts[place] += 1

    threads = [threading.Thread(target=write, args=(place,)) for place in range(SHOPPERS)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.monotonic()
    for thread in threads:
        thread.join()
    return round(sum(counts) / (time.monotonic() - began), 1)


def larger_demo(path: Path, products: int) -> Path:
    """A feed of the demo store's products and as many like them as it takes: other names, prices (log-normal, 0.35)."""
    rows = [json.loads(line) for line in (PROJECT / "lifecycle/demo/catalogue.jsonl").open(encoding="utf-8")]
    dice = random.Random(1)
    with path.open("w", encoding="utf-8") as out:
        for number in range(products):
            row = dict(rows[number % len(rows)])
            if number >= len(rows):
                name = "".join(dice.choice("bdfklmnprst") + dice.choice("aeiou") for _ in range(3)).capitalize()
                row["title"] = f"{row.get('brand') or 'House'} {name} {' '.join(row['title'].split()[1:])}"
                row["product_id"] = f"more-{number}"
                row["price"] = round(row["price"] * dice.lognormvariate(0, 0.35), 2)
                row.pop("gtin", None)
            out.write(json.dumps(row) + "\n")
    return path


def percentile(values: list[float], rank: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * rank // 100)]


def spread(times: tuple[list[float], list[float]]) -> tuple[float, float]:
    """The quartiles of the ratios of pairs."""
    ratios = [mine / theirs for mine, theirs in zip(*times, strict=True)]
    return percentile(ratios, 25), percentile(ratios, 75)


def shown(times: list[float]) -> str:
    return f"p50 {percentile(times, 50):.1f} p99 {percentile(times, 99):.1f}"


if __name__ == "__main__":
    sys.exit(main())
