"""A catalogue makes the assistant another store's: its name, its words, its hints; nothing of the one before stays."""

from __future__ import annotations

from pathlib import Path

import pytest
import stores

from lifecycle import catalogue, demo, knowledge, needs, search, store
from lifecycle.advice import examples, recommend, shelf, variants
from lifecycle.needs.vocabulary import commonest
from lifecycle.settings import settings


def swap(session, name: str, tmp_path: Path, now, **options) -> catalogue.ImportReport:
    feed, articles = stores.write(stores.ALL[name], tmp_path / name)
    knowledge.import_articles(session, articles, now=now)
    report = catalogue.import_feed(session, feed, currency=stores.CURRENCY[name], now=now, **options)
    search.refresh(session)
    return report


@pytest.fixture
def demo_store(session, now):
    catalogue.import_feed(session, demo.catalogue_path(), store_name=demo.STORE.name, demo=True, now=now)
    knowledge.import_articles(session, demo.articles_dir(), demo.guides_dir(), now=now)
    return session


@pytest.mark.parametrize(
    "name, count, kind",
    [("bikes", 21, "google"), ("cosmetics", 25, "shopify"), ("books", 15, "woocommerce"), ("plants", 19, "csv")],
)
def test_another_store_takes_the_place_of_the_demo(demo_store, tmp_path, now, name, count, kind):
    assert store.name(demo_store) == demo.STORE.name
    report = swap(demo_store, name, tmp_path, now)
    assert (report.format, report.added, report.removed, report.rejected) == (kind, count, 164, 0)
    assert store.name(demo_store) == ("Larkfield Cycles" if name == "bikes" else ""), (
        "only the bikes' feed names its shop"
    )
    vocabulary = needs.store_words(demo_store)
    assert vocabulary.currency == stores.CURRENCY[name] and "Coffee grinders" not in vocabulary.biggest
    assert knowledge.answer_store(demo_store, "what is the Otter Club?") is None
    assert knowledge.how_to(demo_store, "how do I descale my kettle?") is None
    wish = examples.wish(demo_store)
    assert wish and recommend.recommend(demo_store, needs.read(wish, vocabulary)).results


def test_the_same_feed_and_articles_again_change_nothing(session, tmp_path, now):
    swap(session, "cosmetics", tmp_path, now)
    again = swap(session, "cosmetics", tmp_path, now)
    assert (again.added, again.changed, again.removed, again.unchanged) == (0, 0, 0, 25)


def test_store_name_of_the_settings_and_of_the_engineer_win(session, tmp_path, now, monkeypatch):
    swap(session, "bikes", tmp_path, now, store_name="Larkfield")
    assert store.name(session) == "Larkfield"
    swap(session, "bikes", tmp_path, now)
    assert store.name(session) == "Larkfield", "the feed's title does not undo it"
    monkeypatch.setenv("STORE_NAME", "Set Outside")
    settings.cache_clear()
    assert store.name(session) == "Set Outside"


@pytest.mark.parametrize(
    "title, name",
    [("Larkfield Cycles - Bicycles", "Larkfield Cycles"), ("Google product feed", ""), ("", ""), ("Export 2026", "")],
)
def test_a_feeds_title_names_the_store_or_only_the_feed(title, name):
    assert store.name_in(title) == name


def test_versions_of_a_product_are_shown_once_and_known_of_each_other(session, tmp_path, now):
    swap(session, "cosmetics", tmp_path, now)
    advice = recommend.recommend(session, needs.read("lipstick", needs.store_words(session)))
    assert [pick.item.title.partition(",")[0] for pick in advice.results] == [
        "Rosehip Satin Lipstick",
        "Sloe Matte Lipstick",
    ]
    red = advice.results[0].item
    assert set(variants.colours_of(session, red)) == {"Red", "Coral", "Plum", "Pink", "Brown"}
    plum = variants.version_named(session, red, "do you have it in plum?")
    assert plum is not None and plum.colour == "Plum"
    assert variants.version_named(session, red, "do you have it in blue?") is None


def test_woocommerce_variations_have_what_their_parent_says(session, tmp_path, now):
    swap(session, "books", tmp_path, now)
    hard = catalogue.get(session, "PL-11-H")
    soft = catalogue.get(session, "PL-11-P")
    assert (hard.title, hard.price_cents, hard.category) == ("The Salt Road Murders, Hardcover", 2400, "Crime novels")
    assert hard.group_id == soft.group_id and "saltworks" in soft.description
    assert {"Author": "Imelda Crowe", "Format": "Hardcover"}.items() <= {f.name: f.value for f in hard.facts}.items()
    assert catalogue.get(session, "PL-12").price_cents == 899, "the sale price"
    assert not any("margin" in fact.name for fact in hard.facts)


def test_links_of_a_feed_become_whole(session, tmp_path, now):
    swap(session, "bikes", tmp_path, now)
    item = shelf.items(session, ["CTY-1-M"])["CTY-1-M"]
    assert item.url == "https://larkfield.example.com/bikes/cty-1-m"
    assert item.image_url == "https://larkfield.example.com/img/cty-1-m.jpg"
    assert (item.price_cents, item.currency) == (54900, "EUR")


def test_an_article_gone_from_the_folder_is_gone_and_a_dry_run_only_says_so(session, tmp_path, now):
    _, folder = stores.write(stores.ALL["bikes"], tmp_path / "bikes")
    knowledge.import_articles(session, folder, now=now)
    (folder / "returns.md").unlink()
    (folder / "care-for-a-chain.md").unlink()  # the only guide
    told = knowledge.import_articles(session, folder, dry_run=True, now=now)
    assert told.removed == 2 and knowledge.answer_store(session, "can I return a bike I have ridden?") is not None
    assert knowledge.import_articles(session, folder, now=now).gone == ("Care for a chain", "Returns")
    assert knowledge.answer_store(session, "can I return a bike I have ridden?") is None


def test_slips_in_front_matter_are_told_with_their_line(session, tmp_path, now):
    (tmp_path / "a.md").write_text("---\ntitle: A\ntopic: [x]\ntopics: [delivry]\n---\nText.\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("# Opening hours\nFrom nine to five.\n", encoding="utf-8")
    (tmp_path / "c.md").write_bytes(b"---\ntitle: C\n---\nCaf\xe9\n")
    report = knowledge.import_articles(session, tmp_path, now=now)
    assert any("line 3" in notice and "'topics'" in notice for notice in report.notices)
    assert any("'delivery'" in notice for notice in report.notices)
    assert [(refusal.file, refusal.line) for refusal in report.rejections] == [("c.md", 4)]
    assert report.files == 2


def test_from_one_real_store_to_another_nothing_of_the_first_stays(session, tmp_path, now):
    swap(session, "bikes", tmp_path, now, store_name="Larkfield", site_url="https://larkfield.example.com")
    report = swap(session, "cosmetics", tmp_path, now)
    assert (report.removed, report.unchanged, store.profile(session)) == (21, 0, store.Profile())
    assert any("--store-name" in notice for notice in report.notices)
    urls = [item.url for item in shelf.items(session, ["MM-DUN-REAM-0"]).values()]
    assert urls == ["/products/dune-day-cream"], "relative to its own shop, not to the one before"


def test_without_prices_a_store_says_so(session, tmp_path, now):
    swap(session, "books", tmp_path, now)
    assert search.states_prices(session)
    bare = tmp_path / "bare.jsonl"
    bare.write_text("\n".join(f'{{"id": "s{n}", "title": "Ash spade {n}"}}' for n in range(3)), encoding="utf-8")
    catalogue.import_feed(session, bare, now=now)
    search.refresh(session)
    assert not search.states_prices(session)
    assert commonest(needs.store_words(session)) == ("Spade",)
