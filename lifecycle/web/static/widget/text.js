// Text becomes nodes, never markup: whatever a message holds is shown, and only http(s) addresses become links.
const URLS = /\bhttps?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]]/g;

function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const SHAPES = {
  chat: "M12 3C6.8 3 2.5 6.6 2.5 11c0 2.4 1.3 4.6 3.3 6.1-.1 1.2-.6 2.4-1.5 3.4-.2.2 0 .5.2.5 2 0 3.7-.8 4.9-1.8.8.2 1.7.3 2.6.3 5.2 0 9.5-3.6 9.5-8.3S17.2 3 12 3Z",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12h15M13 6l6 6-6 6",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  down: "M12 5v14M6 13l6 6 6-6",
  leaf: "M5 19C4 11 9 5 19.5 4.5 20 14 14.5 19.5 7.5 18.5M5 21c1-5 4-9 9-11.5",
};

function icon(name, size = 22) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[name]);
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" }))
    svg.setAttribute(key, value);
  svg.setAttribute("class", `icon icon-${name}`);
  svg.append(path);
  return svg;
}

// An http(s) address made absolute, or null: no other scheme ever reaches an attribute.
function safeUrl(value, base) {
  try {
    const url = new URL(value, base);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

function inline(line) {
  const nodes = [];
  let at = 0;
  for (const found of line.matchAll(URLS)) {
    nodes.push(...strong(line.slice(at, found.index)));
    const href = safeUrl(found[0]);
    nodes.push(href ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }, found[0]) : found[0]);
    at = found.index + found[0].length;
  }
  return [...nodes, ...strong(line.slice(at))];
}

const strong = (part) =>
  part.split(/\*\*([^*\n]+)\*\*/).flatMap((piece, i) => (i % 2 ? [el("strong", {}, piece)] : piece ? [piece] : []));

// "A | B" over lines of "noise: 52 dB | 60 dB" is a comparison: the names head it, every line is a row.
function comparison(lines, from) {
  const names = lines[from].split(" | ");
  const rows = [];
  for (const line of names.length > 1 ? lines.slice(from + 1) : []) {
    const found = /^([^:|]{1,40}): (.+)$/.exec(line);
    const values = found ? found[2].split(" | ") : [];
    if (values.length !== names.length) break;
    rows.push(el("tr", {}, el("th", { scope: "row" }, found[1]), ...values.map((value) => el("td", {}, value))));
  }
  if (!rows.length) return null;
  const head = el("tr", {}, el("td"), ...names.map((name) => el("th", { scope: "col" }, name)));
  const table = el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows));
  return { lines: rows.length, node: el("div", { class: "compared", role: "region", "aria-label": STRINGS.compared, tabindex: "0" }, table) };
}

// Two or more lines of "name: words" on end are facts: each stands apart under its name.
const FACT = /^(?![-•*\d(])((?:[^:|.!?]|[.!?](?!\s)){2,80}): (\S.*)$/;

function fact(found) {
  const [, name, words] = found;
  const long = name.length > 24;
  return el("p", { class: "fact" }, el("strong", {}, long ? name : `${name}:`), long ? el("br") : " ", ...inline(words));
}

// Paragraphs, line breaks, simple lists, facts and comparisons; the assistant's own texts use no more.
function paragraphs(text, ours) {
  const blocks = [];
  const lines = text.split("\n");
  const told = lines.map((line, at) => (ours && (FACT.test(lines[at - 1] ?? "") || FACT.test(lines[at + 1] ?? "")) ? FACT.exec(line) : null));
  let list = null;
  let last = null;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    const compared = comparison(lines, at);
    if (compared) {
      blocks.push(compared.node);
      at += compared.lines;
      list = last = null;
      continue;
    }
    if (told[at]) {
      blocks.push(fact(told[at]));
      list = last = null;
      continue;
    }
    const item = /^\s*(?:([-•*])|(\d{1,2})[.)])\s+(.*)$/.exec(line);
    if (item) {
      const tag = item[1] ? "ul" : "ol";
      if (!list || list.localName !== tag) blocks.push((list = el(tag, tag === "ol" ? { start: item[2] } : {})));
      list.append(el("li", {}, ...inline(item[3])));
      last = null;
    } else if (!line.trim()) {
      list = last = null;
    } else if (ours && /^\(.+\)$/.test(line)) {
      blocks.push(el("p", { class: "aside" }, ...inline(line.slice(1, -1)))); // where it is from
      list = last = null;
    } else if (last) {
      last.append(el("br"), ...inline(line));
    } else {
      list = null;
      blocks.push((last = el("p", {}, ...inline(line))));
    }
  }
  return blocks;
}
