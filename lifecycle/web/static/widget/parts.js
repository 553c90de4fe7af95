// What hangs below a bubble: product cards, quick replies, a score scale.
function card(product, base) {
  const href = product.url ? safeUrl(product.url, base) : null;
  const image = product.image ? safeUrl(product.image, base) : null;
  const picture = image && el("img", { src: image, alt: "", width: 84, height: 84, loading: "lazy", decoding: "async" });
  if (picture) picture.addEventListener("error", () => picture.remove());
  const verdicts = (product.verdicts || []).map((each) => {
    const kind = String(each.verdict || "").replace(/ /g, "_");
    const named = STRINGS.verdicts[kind] ? kind : "not_stated";
    const need = each.label || each.need || "";
    return el(
      "li",
      { class: `verdict ${named}` },
      el("span", { class: "mark", "aria-hidden": "true" }),
      el("span", { class: "hidden" }, `${STRINGS.verdicts[named]}: `),
      el("span", { title: long(each.value) ? each.value : null }, stated(need, each.value)),
      long(each.value) && el("span", { class: "hidden" }, ` ${each.value}`),
    );
  });
  const reasons = (product.reasons || [])
    .filter((reason) => !(product.verdicts || []).some((each) => repeats(reason, each)))
    .map((reason) => el("li", {}, reason));
  const title = href
    ? el("a", { href, class: "card-title", target: sameOrigin(href) ? null : "_blank", rel: "noopener", "data-product": product.product_id }, product.title)
    : el("span", { class: "card-title" }, product.title);
  return el(
    "li",
    { class: "card" },
    el("div", { class: "card-picture" }, picture),
    el(
      "div",
      { class: "card-body" },
      title,
      product.price && el("div", { class: "card-price" }, el("span", { class: "hidden" }, `${STRINGS.price}: `), product.price),
      verdicts.length ? el("ul", { class: "verdicts" }, ...verdicts) : null,
      reasons.length ? el("ul", { class: "reasons" }, ...reasons) : null,
    ),
  );
}

// "quiet · 62 dB", or the value alone when it says the need itself, or the need alone when the value is an enumeration.
function stated(need, value) {
  if (!value || long(value)) return need;
  return value.toLowerCase().startsWith(String(need).toLowerCase()) ? value : `${need} · ${value}`;
}

const long = (value) => Boolean(value) && value.length > 22;

// A short reason that only puts a verdict into words is on the card already, as its mark.
const bare = (text) => String(text || "").toLowerCase().replace(/\.00\b|[()]/g, "");
const repeats = (reason, { need, value }) =>
  reason.split(" ").length <= 4 && [need, value].some((said) => said && bare(reason).includes(bare(said)));

const sameOrigin = (href) => new URL(href).origin === location.origin;

// Buttons that are 0-10, 1-5 or 1-7 in a row are a scale; the others beside them ("Not now") stay buttons.
function scaleOf(buttons) {
  const numbered = [];
  const others = [];
  for (const button of buttons) {
    const found = /^(\d{1,2})(?:\s*[-–:·]\s*(.+))?$/.exec(button.title.trim());
    if (found) numbered.push({ ...button, value: Number(found[1]), label: found[2] || "" });
    else others.push(button);
  }
  const values = numbered.map((each) => each.value);
  const inRow = values.every((value, i) => i === 0 || value === values[i - 1] + 1);
  const known = { 11: 0, 5: 1, 7: 1 }[values.length];
  return inRow && known !== undefined && values[0] === known ? { numbered, others } : null;
}

let scales = 0;

function scale({ numbered }, label, choose) {
  const name = `score-${(scales += 1)}`;
  const ends = STRINGS[`ends${numbered.length}`];
  const first = numbered[0].label || ends[0];
  const last = numbered[numbered.length - 1].label || ends[1];
  let picked = null;
  const submit = el("button", { type: "submit", class: "score-send", disabled: true }, STRINGS.scorePick);
  const options = numbered.map((each, i) => {
    const end = i === 0 ? first : i === numbered.length - 1 ? last : "";
    const input = el("input", {
      type: "radio",
      name,
      value: each.value,
      "aria-label": end ? `${each.value}, ${end}` : String(each.value),
      onchange: () => {
        picked = each;
        submit.disabled = false;
        submit.textContent = fill(STRINGS.scoreSend, { n: each.value });
      },
    });
    return el("label", { class: "score" }, input, el("span", { "aria-hidden": "true" }, String(each.value)));
  });
  return el(
    "form",
    {
      class: `scale scale-${numbered.length}`,
      onsubmit: (event) => {
        event.preventDefault();
        if (picked) choose(picked);
      },
    },
    el(
      "fieldset",
      {},
      el("legend", { class: "hidden" }, label),
      el("div", { class: "scores" }, ...options),
      el("div", { class: "ends", "aria-hidden": "true" }, el("span", {}, first), el("span", {}, last)),
    ),
    submit,
  );
}

function choices(message, base, choose) {
  const found = scaleOf(message.buttons);
  const plain = found ? found.others : message.buttons;
  const rows = [];
  if (found) rows.push(scale(found, message.text, choose));
  if (plain.length)
    rows.push(
      el(
        "div",
        { class: "quick", role: "group" },
        ...plain.map((each) => el("button", { type: "button", class: "reply", onclick: () => choose(each) }, each.title)),
      ),
    );
  return el("div", { class: "choices" }, ...rows);
}
