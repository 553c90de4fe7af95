// The bubbles: what the server knows by its ids, what is still under way at the end, each exactly once.
class Log {
  constructor(base, choose) {
    this.base = base;
    this.choose = choose;
    this.list = el("div", { class: "list", role: "log", "aria-live": "polite", "aria-label": STRINGS.log, tabindex: "0" });
    this.entries = []; // {place, id, local, node, message}, in the order shown
    this.jump = el("button", { type: "button", class: "jump", hidden: true, onclick: () => this.toEnd() }, icon("down", 16), el("span", { class: "jump-text" }, STRINGS.newest));
    this.list.addEventListener("scroll", () => this.atEnd() && (this.jump.hidden = true), { passive: true });
  }

  get lastId() {
    return this.entries.reduce((last, entry) => Math.max(last, entry.id || 0), 0);
  }

  has(id) {
    return this.entries.some((entry) => entry.id === id);
  }

  local(key) {
    return this.entries.find((entry) => entry.local === key);
  }

  // A message of the server's; the customer's own takes the place of the bubble that was shown while it was sent.
  put(message) {
    if (this.has(message.id)) return false;
    const mine = message.message_id && this.local(message.message_id);
    if (mine) {
      this.entries.splice(this.entries.indexOf(mine), 1);
      mine.node.remove();
    }
    this.insert({ place: message.id, id: message.id, local: message.message_id || null, message });
    return !mine;
  }

  // What the customer just wrote, before the server has it.
  pend(message) {
    if (!this.local(message.id))
      this.insert({ place: Infinity, id: null, local: message.id, message: { role: "customer", text: message.title || message.text, buttons: [], cards: [] } });
    this.toEnd();
  }

  // The server has it: it belongs right before its first reply.
  settle(key, replies) {
    const entry = this.local(key);
    if (entry && entry.id === null && replies.length) entry.place = replies[0].id - 0.5;
    this.mark(key, "");
  }

  mark(key, state, note) {
    const entry = this.local(key);
    if (!entry) return;
    entry.node.classList.toggle("sending", state === "sending");
    entry.node.classList.toggle("failed", state === "failed");
    entry.node.querySelector(".note")?.remove();
    if (note) {
      entry.node.append(note);
      this.toEnd();
    }
  }

  insert(entry) {
    const stick = this.atEnd() || entry.message.role === "customer";
    const next = this.entries.findIndex((other) => other.place > entry.place);
    const at = next === -1 ? this.entries.length : next;
    entry.node = this.bubble(entry.message);
    this.list.insertBefore(entry.node, this.entries[at]?.node || this.tail || null);
    this.entries.splice(at, 0, entry);
    this.offer();
    this.date();
    if (stick) this.toEnd(entry.message.role !== "customer" ? entry.node : null);
    else this.jump.hidden = false;
  }

  // Buttons stay below the newest message only: an old question is answered by words.
  offer() {
    this.list.querySelectorAll(".choices").forEach((each) => each.remove());
    const last = this.entries[this.entries.length - 1];
    if (!last || last.message.role === "customer" || !last.message.buttons?.length) return;
    last.node.append(choices(last.message, this.base, this.choose));
  }

  // A chat window lives for months: the first message of a day says which, unless all of it was said today.
  date() {
    const today = new Date().toDateString();
    let before = today;
    for (const { message, node } of this.entries) {
      const at = message.created_at ? new Date(message.created_at) : new Date();
      const day = at.toDateString();
      const words = day === today ? STRINGS.today : at.toLocaleDateString(this.list.lang || undefined, { weekday: "long", day: "numeric", month: "long" });
      if (day === before) delete node.dataset.day;
      else node.dataset.day = words;
      before = day;
    }
  }

  bubble(message) {
    const speaker = message.role === "customer" ? STRINGS.you : message.role === "staff" ? STRINGS.staff : STRINGS.assistant;
    const bubble = el(
      "div",
      { class: "bubble", dir: "auto" },
      el("span", { class: message.role === "staff" ? "speaker" : "hidden" }, message.role === "staff" ? speaker : `${speaker}: `),
      ...paragraphs(message.text, message.role === "assistant"),
    );
    const cards = message.cards?.length ? el("ol", { class: "cards" }, ...message.cards.map((each) => card(each, this.base))) : null;
    return el("div", { class: `message ${message.role}` }, message.text ? bubble : null, cards);
  }

  atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80;
  }

  // To the end, but never past the beginning of a long answer.
  toEnd(node) {
    this.jump.hidden = true;
    requestAnimationFrame(() => {
      const end = this.list.scrollHeight - this.list.clientHeight;
      const previous = node?.previousElementSibling;
      const start = node ? (previous || node).offsetTop - 12 : end;
      this.list.scrollTop = Math.min(end, node && node.offsetHeight > this.list.clientHeight * 0.7 ? start : end);
      this.jump.hidden = this.atEnd();
    });
  }

  clear() {
    this.entries.forEach((entry) => entry.node.remove());
    this.entries = [];
  }
}
