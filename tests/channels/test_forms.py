"""Filled-in forms say exactly what rendering the template says."""

from __future__ import annotations

import quopri

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lifecycle.channels import DeliveryError, forms

TEMPLATES = sorted(path.stem for path in forms.TEMPLATES.glob("*.html") if path.stem != "base")
text = st.one_of(
    st.just(""),
    st.sampled_from(["Ada", "<b>&\"'", "{{ 7*7 }}", "= =20 =\t.", "\ue0001\ue001", "Zoë 李"]),
    st.text(max_size=12),
).map(lambda words: " ".join(words.split()))
link = st.integers(0, 10**9).map(lambda number: f"https://shop.example/s/{number}~.=_-")
facts = st.fixed_dictionaries(
    {
        "store": text.filter(bool),
        "store_url": link,
        "name": text,
        "purpose": st.sampled_from(["service", "survey", "review", "marketing"]),
        "review_url": st.one_of(st.just(""), link),
        "days": st.just(30),
        "page_url": link,
        "unsubscribe_url": link,
        "order_ref": text,
        "product": text,
        "titles": st.lists(text, max_size=2),
        "guide": st.one_of(
            st.none(), st.fixed_dictionaries({"title": text, "steps": st.lists(text, max_size=2).map(tuple)})
        ),
        "case_id": st.integers(1, 10**6),
        "case_kind": st.just("problem"),
        "subject_line": text,
        "reply_by": text,
        "replied_on": text,
        "reply": text,
        "words": text,
        "count": st.sampled_from([1, 0, True]),
        "case_url": link,
    }
)


def read(encoded):
    return quopri.decodestring(encoded).decode().replace("\r\n", "\n")


@pytest.mark.parametrize("template", TEMPLATES)
@settings(max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(first=facts, second=facts)
def test_a_filled_in_form_is_the_rendered_template(template, first, second):
    for given_facts in (first, second, first):
        fixed = {name: given_facts[name] for name in ("store", "store_url", "purpose", "review_url", "days")}
        rest = {name: value for name, value in given_facts.items() if name not in fixed}
        written = forms.write(template, fixed, rest)
        subject, plain, html = forms._render(template, given_facts)
        assert (written.subject, read(written.text), read(written.html)) == (subject, plain, html)
        for part in (written.text, written.html):
            assert all(len(line) <= 76 for line in part.split(b"\r\n")), "RFC 2045, 6.7"


def test_what_a_form_cannot_hold_is_rendered(monkeypatch):
    """Slicing, comparing and calculating need the value: there is no form, and the mail is right all the same."""
    import jinja2

    pages = {
        "odd.txt": '{% block subject %}{{ a[:2] }}{% endblock %}{% if b == "x" %}b{% endif %}',
        "odd.html": "{{ a|upper }}",
    }
    environment = jinja2.Environment(loader=jinja2.DictLoader(pages), undefined=jinja2.StrictUndefined)
    monkeypatch.setattr(forms, "_environment", lambda: environment)
    for a, b in (("grinder", "x"), ("kettle", "y"), ("mug", "x")):
        written = forms.write("odd", {}, {"a": a, "b": b})
        assert (written.subject, read(written.html)) == (a[:2], a.upper())
        assert read(written.text).strip() == a[:2] + ("b" if b == "x" else "")


def test_one_form_serves_every_buyer():
    forms._forms.clear()
    fixed = {"store": "Juniper", "store_url": "https://x", "purpose": "service", "review_url": ""}
    for number in range(50):
        links = {"page_url": f"https://x/f/{number}", "unsubscribe_url": f"https://x/u/{number}"}
        buyer = {"name": f"Ada{number}", "order_ref": str(number), "titles": ["Mug"], "product": "Mug"}
        forms.write("arrival", fixed, {**links, **buyer})
    assert len(forms._forms) == 1


def test_a_template_that_does_not_exist_is_no_mail():
    with pytest.raises(DeliveryError) as caught:
        forms.write("pigeon", {}, {"name": "Ada"})
    assert caught.value.permanent
