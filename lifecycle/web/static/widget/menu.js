// What can be done with the conversation as a whole: begin another, keep it, have it deleted; the last words ask first.
class Menu {
  constructor(chat) {
    this.chat = chat;
    this.button = el(
      "button",
      { type: "button", class: "tool", "aria-label": STRINGS.more, title: STRINGS.more, "aria-expanded": "false", "aria-controls": "menu", onclick: () => this.toggle() },
      icon("more", 20),
    );
    const item = (title, act) => el("button", { type: "button", class: "item", onclick: act }, title);
    this.saved = [item(STRINGS.download, () => this.download()), item(STRINGS.erase, () => this.ask(STRINGS.eraseAsk, STRINGS.eraseYes, () => this.erase()))];
    this.list = el(
      "div",
      { class: "menu", id: "menu", role: "group", "aria-label": STRINGS.more, hidden: true },
      item(STRINGS.restart, () => this.ask(STRINGS.restartAsk, STRINGS.restartYes, () => chat.reset())),
      ...this.saved,
    );
    this.question = el("div", { class: "confirm", role: "alertdialog", hidden: true });
  }

  toggle() {
    const shown = this.list.hidden;
    this.drop();
    if (!shown) return;
    this.saved.forEach((each) => (each.hidden = !this.chat.api.state.id));
    this.list.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.list.querySelector("button").focus();
  }

  // Close what is open; false when nothing was.
  drop() {
    const open = !this.list.hidden || !this.question.hidden;
    this.list.hidden = this.question.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    if (open) this.button.focus();
    return open;
  }

  ask(words, yes, act) {
    this.drop();
    const sure = () => {
      this.question.hidden = true;
      act();
    };
    this.question.setAttribute("aria-label", words);
    this.question.replaceChildren(
      el("p", {}, words),
      el("button", { type: "button", class: "reply strong", onclick: sure }, yes),
      el("button", { type: "button", class: "reply", onclick: () => this.drop() }, STRINGS.keep),
    );
    this.question.hidden = false;
    this.question.querySelector("button").focus();
  }

  async download() {
    this.drop();
    try {
      const href = URL.createObjectURL(await this.chat.api.transcript());
      el("a", { href, download: `conversation-${new Date().toISOString().slice(0, 10)}.txt` }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60000);
    } catch {
      this.chat.tell(STRINGS.down);
    }
  }

  async erase() {
    try {
      const { receipt } = await this.chat.api.erase();
      this.chat.reset();
      this.chat.tell(fill(STRINGS.erased, { receipt }));
    } catch {
      this.chat.tell(STRINGS.down);
      this.button.focus();
    }
  }
}
