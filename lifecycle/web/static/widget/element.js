// The chat window: a custom element, so that the page's styles and the widget's never meet.
const POLL = { open: 4000, quiet: 15000, closed: 20000, hidden: 60000 };
const QUIET_AFTER = 60000;
const LIMIT = 1000;
const LOGIN_SECONDS = 3; // how long a page has to vouch again before a message goes into a new conversation

const pause = (seconds) => new Promise((wake) => setTimeout(wake, seconds * 1000));

class LifecycleChatElement extends HTMLElement {
  start(options) {
    this.options = options;
    this.api = new Api(options.base);
    this.listeners = {};
    this.queue = Promise.resolve();
    this.active = new Set();
    this.failures = new Map(); // what could not be sent, how often it was tried, and when it may be again
    this.cursor = 0;
    this.lastWord = Date.now();
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    if (options.accent && CSS.supports("color", options.accent)) this.style.setProperty("--lifecycle-accent", options.accent);
    if (options.theme) this.setAttribute("data-theme", options.theme);
    if (options.position === "left") this.classList.add("left");
    this.dir = options.dir || document.documentElement.dir || "ltr";
    this.lang = options.lang || "en";
    this.log = new Log(options.base, (choice) => {
      this.submit({ choice: choice.choice, title: choice.title });
      this.settleFocus();
    });
    this.log.list.lang = this.lang;
    for (const kind of ["click", "auxclick"]) // auxclick: into a new tab
      this.log.list.addEventListener(kind, (event) => {
        const card = event.button < 2 && event.target.closest("a[data-product]");
        if (card) this.api.clicked(card.dataset.product);
      });
    root.append(this.launcher(), this.teaser(), this.panel());
    this.listen();
    if (options.conversation && options.token && this.api.state.id !== options.conversation) {
      this.api.forget();
      this.api.save({ id: options.conversation, token: options.token });
    }
    this.resume();
    if (options.open || this.api.state.open) this.open({ focus: Boolean(options.open) });
  }

  // --- what it is made of ---

  launcher() {
    this.badge = el("span", { class: "badge", hidden: true });
    this.button = el(
      "button",
      { type: "button", class: "launcher", "aria-expanded": "false", "aria-haspopup": "dialog", "aria-label": STRINGS.launcher, onclick: () => this.open() },
      icon("chat", 24),
      el("span", { class: "launcher-text", "aria-hidden": "true" }, STRINGS.launcherLabel),
      this.badge,
    );
    return this.button;
  }

  teaser() {
    this.preview = el("button", { type: "button", class: "preview-text", onclick: () => this.open() }, el("span"));
    this.peek = el(
      "div",
      { class: "preview", hidden: true },
      this.preview,
      el("button", { type: "button", class: "preview-close", "aria-label": STRINGS.dismiss, onclick: () => (this.peek.hidden = true) }, icon("close", 14)),
    );
    return this.peek;
  }

  panel() {
    const store = this.options.store;
    this.menu = new Menu(this);
    const header = el(
      "div",
      { class: "header" },
      el("span", { class: "avatar", "aria-hidden": "true" }, icon("leaf", 22)),
      el("div", { class: "names" }, el("h2", { id: "title" }, store), el("p", { id: "role" }, STRINGS.role)),
      this.menu.button,
      el("button", { type: "button", class: "tool", "aria-label": STRINGS.close, title: STRINGS.close, onclick: () => this.close() }, icon("close", 20)),
    );
    this.welcome = el(
      "div",
      { class: "welcome" },
      el("p", { class: "hello" }, STRINGS.hello),
      el("p", {}, fill(STRINGS.intro, { store })),
      el("div", { class: "quick" }, ...STRINGS.starters.map((each) => el("button", { type: "button", class: "reply", onclick: () => this.startWith(each) }, each))),
    );
    this.typing = el("div", { class: "typing", hidden: true }, el("span", { class: "hidden" }, STRINGS.typing), el("i"), el("i"), el("i"));
    this.log.list.append(this.welcome, this.typing);
    this.log.tail = this.typing;
    this.notice = el("p", { class: "notice", role: "status" });
    this.input = el("textarea", { rows: 1, maxlength: LIMIT, placeholder: STRINGS.placeholder, "aria-label": STRINGS.placeholder, enterkeyhint: "send", dir: "auto" });
    this.left = el("span", { class: "left-count", "aria-live": "polite" });
    this.sendButton = el("button", { type: "submit", class: "send", "aria-label": STRINGS.send, disabled: true }, icon("send", 20));
    this.form = el("form", { class: "composer" }, this.input, this.left, this.sendButton);
    this.box = el(
      "section",
      { class: "panel", role: "dialog", "aria-labelledby": "title", "aria-describedby": "role", hidden: true },
      header,
      el("div", { class: "middle" }, this.log.list, this.log.jump),
      this.menu.list,
      this.menu.question,
      this.notice,
      this.form,
    );
    return this.box;
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.input.value.trim();
      if (!text) return;
      this.input.value = "";
      this.grow();
      this.submit({ text });
    });
    this.input.addEventListener("input", () => this.grow());
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        if (!this.menu.drop()) this.close();
      } else if (event.key === "Tab" && this.covers()) this.hold(event);
    });
    addEventListener("online", () => this.resume());
    addEventListener("offline", () => this.tell(STRINGS.offline));
    document.addEventListener("visibilitychange", () => this.schedule(document.hidden ? POLL.hidden : 0));
    addEventListener("storage", (event) => {
      if (event.key !== this.api.key) return;
      if (this.shown !== this.api.state.id) this.adopt();
      else this.count();
    });
    if ("BroadcastChannel" in window) {
      this.tabs = new BroadcastChannel(this.api.key);
      this.tabs.onmessage = () => this.schedule(0);
    }
  }

  // --- open, close, focus ---

  get isOpen() {
    return !this.box.hidden;
  }

  open({ focus = true, text } = {}) {
    if (!this.isOpen) {
      this.lastWord = Date.now();
      this.back = document.activeElement;
      this.box.hidden = false;
      this.classList.add("open");
      this.peek.hidden = true;
      this.button.setAttribute("aria-expanded", "true");
      this.api.save({ open: true });
      this.read();
      this.schedule(0);
      if (this.welcome.hidden) this.log.toEnd();
      else this.log.list.scrollTop = 0;
      this.emit("open");
    }
    if (text) this.input.value = String(text).slice(0, LIMIT);
    this.grow();
    if (focus) this.settleFocus(Boolean(text));
  }

  close() {
    if (!this.isOpen) return;
    this.box.hidden = true;
    this.classList.remove("open");
    this.button.setAttribute("aria-expanded", "false");
    this.api.save({ open: false });
    const back = this.back && this.back !== document.body && this.back.isConnected && this.back !== this ? this.back : this.button;
    back.focus({ preventScroll: true });
    this.schedule();
    this.emit("close");
  }

  covers() {
    return this.box.getBoundingClientRect().width >= innerWidth - 1;
  }

  // When the window covers the page, Tab stays inside it.
  hold(event) {
    const stops = [...this.box.querySelectorAll("a[href], button:not([disabled]), textarea, input, [tabindex='0']")].filter(
      (each) => each.offsetParent !== null,
    );
    const [first, last] = [stops[0], stops[stops.length - 1]];
    const active = this.shadowRoot.activeElement;
    if (event.shiftKey && active === first) last.focus();
    else if (!event.shiftKey && active === last) first.focus();
    else return;
    event.preventDefault();
  }

  // The focus goes to the next thing to do: to write, but without calling up a phone's keyboard over what is to be read.
  settleFocus(writing = false) {
    const reading = !writing && matchMedia("(pointer: coarse)").matches;
    (reading ? this.log.list : this.input).focus({ preventScroll: true });
  }

  startWith(text) {
    this.submit({ text });
    this.settleFocus();
  }

  reset() {
    this.api.forget();
    this.failures.clear();
    this.api.save({ open: this.isOpen });
    this.adopt();
    if (this.isOpen) this.input.focus();
  }

  // The page says who is logged in: { id, identifier_hash, email, name } or { token }.
  async identify(user) {
    try {
      await this.api.identify(user);
    } catch (error) {
      if (error.status !== 409 && error.status !== 404) throw error;
      this.reset(); // somebody else's: theirs stays theirs
    }
    this.known?.();
    if (this.loggedOut || this.shown !== this.api.state.id) await this.resume();
  }

  // The store has to vouch for the shopper again: nothing said is shown until it does.
  lock() {
    if (!this.loggedOut) this.emit("identity");
    this.loggedOut = true;
    this.log.clear();
    this.welcome.hidden = false;
    for (const message of this.api.state.waiting || []) this.log.pend(message);
  }

  grow() {
    const { input } = this;
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 132)}px`;
    this.sendButton.disabled = !input.value.trim();
    this.lastWord = Date.now();
    const left = LIMIT - input.value.length;
    this.left.textContent = left < 100 ? fill(STRINGS.left, { n: left }) : "";
  }

  // --- sending: in order, each under an id of its own, kept until the server has it ---

  submit(message) {
    const made = { ...message, id: crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random().toString(36).slice(2)}` };
    this.api.save({ waiting: [...(this.api.state.waiting || []), made] });
    this.resend(true);
    this.enqueue(made);
  }

  enqueue(message) {
    this.welcome.hidden = true;
    this.log.pend(message);
    this.log.mark(message.id, "sending");
    this.active.add(message.id);
    this.typing.hidden = false;
    this.log.toEnd();
    this.queue = this.queue
      .then(() => this.deliver(message))
      .finally(() => {
        this.active.delete(message.id);
        this.typing.hidden = this.active.size === 0;
        if (!this.active.size) this.schedule();
      });
  }

  async deliver(message, attempt = 0) {
    const [first] = this.failures.keys();
    if (first && first !== message.id) return this.keep(message); // nothing overtakes what was said before it
    try {
      const replies = await this.api.send(message);
      this.shown = this.api.state.id;
      this.done(message.id);
      this.log.settle(message.id, replies);
      this.typing.hidden = this.active.size <= 1;
      replies.forEach((reply) => this.show(reply));
      if (replies.length || this.notice.textContent === STRINGS.wait) this.tell("");
      this.tabs?.postMessage("new");
    } catch (error) {
      await this.failed(message, error, attempt);
    }
  }

  async failed(message, error, attempt) {
    const again = (seconds) => pause(seconds).then(() => this.deliver(message, attempt + 1));
    if (error.status === 429) {
      this.tell(fill(STRINGS.busy, { n: error.retryAfter }));
      return again(error.retryAfter);
    }
    if (error.loggedOut && attempt < 2) {
      this.lock();
      const vouched = await Promise.race([new Promise((known) => (this.known = () => known(true))), pause(LOGIN_SECONDS)]);
      if (!vouched) {
        this.api.user = null;
        this.leave();
      }
      return this.deliver(message, attempt + 1);
    }
    if (error.gone && attempt < 2) {
      this.leave();
      return this.deliver(message, attempt + 1);
    }
    const temporary = error.status === 0 || error.status >= 500;
    if (temporary && navigator.onLine && attempt < 2) {
      if (attempt || error.status) this.tell(STRINGS.wait);
      return again(attempt === 0 ? 1 : error.retryAfter);
    }
    if (!temporary) this.done(message.id);
    this.tell(!navigator.onLine ? STRINGS.offline : temporary ? STRINGS.down : "");
    if (temporary) this.keep(message);
    else this.log.mark(message.id, "failed", el("p", { class: "note" }, error.message));
  }

  // Not sent yet: it goes again by itself, after what was said before it, or when the shopper asks for it.
  keep(message) {
    const tries = (this.failures.get(message.id)?.tries || 0) + 1;
    this.failures.set(message.id, { message, tries, at: Date.now() + Math.min(20000, 2500 * 2 ** tries) });
    const retry = () => {
      this.resend(true);
      this.input.focus();
    };
    const button = el("button", { type: "button", class: "retry", onclick: retry }, STRINGS.retry);
    this.log.mark(message.id, "failed", el("p", { class: "note" }, `${STRINGS.failed} `, button));
  }

  // This conversation is no more, or not ours: what is not sent yet goes into a new one.
  leave() {
    const { waiting, open } = this.api.state;
    this.api.forget();
    this.api.save({ waiting, open });
    this.loggedOut = false;
  }

  done(id) {
    this.failures.delete(id);
    this.api.save({ waiting: (this.api.state.waiting || []).filter((each) => each.id !== id) });
  }

  // --- reading ---

  // After a reload, or when the network is back: what was not sent goes out under its old id, which makes it one message.
  async resume() {
    this.tell("");
    await this.adopt();
    for (const message of this.api.state.waiting || [])
      if (!this.active.has(message.id)) this.enqueue(message);
      else if (!this.log.local(message.id)) this.log.pend(message);
  }

  // The server is there (again): what failed is tried again in its order, ever more seldom while it keeps failing.
  resend(now = false) {
    const [first] = this.failures.values();
    if (!first || (!now && Date.now() < first.at)) return;
    for (const { message } of this.failures.values()) if (!this.active.has(message.id)) this.enqueue(message);
  }

  adopt() {
    this.shown = this.api.state.id;
    this.cursor = 0;
    this.log.clear();
    this.welcome.hidden = Boolean(this.shown);
    this.count();
    return this.poll();
  }

  // An open window looks often while people talk, and seldom when nothing has been said for a minute.
  pace() {
    if (document.hidden) return POLL.hidden;
    if (!this.isOpen) return POLL.closed;
    return Date.now() - this.lastWord < QUIET_AFTER ? POLL.open : POLL.quiet;
  }

  schedule(delay = this.pace()) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.poll(), delay ? delay * (0.9 + Math.random() * 0.2) : 0);
  }

  async poll() {
    clearTimeout(this.timer);
    if (!this.api.state.id) return;
    const { id: asked, word } = this.api.state;
    try {
      let page;
      do {
        page = await this.api.read(this.cursor);
        if (this.api.state.id !== asked) return;
        for (const message of page) {
          this.show(message);
          this.cursor = message.id;
          this.lastWord = Date.now();
        }
      } while (page.length >= 200);
      this.welcome.hidden = this.log.entries.length > 0;
      this.loggedOut = false;
      this.resend();
    } catch (error) {
      if (error.loggedOut && this.api.state.word !== word) return this.schedule(0); // vouched for since it was asked
      if (error.loggedOut) return this.lock();
      if (error.gone) {
        this.leave();
        this.shown = undefined;
        this.welcome.hidden = false;
        return;
      }
    }
    this.schedule();
  }

  show(message) {
    this.welcome.hidden = true;
    if (!this.log.put(message)) return;
    this.emit("message", message);
    if (message.role !== "customer") this.tell(message.role === "staff" ? STRINGS.person : "");
    if (this.isOpen && !document.hidden) this.read();
    else this.count(message);
  }

  read() {
    this.api.save({ readId: Math.max(this.api.state.readId || 0, this.log.lastId) });
    this.count();
  }

  count(newest) {
    const readId = this.api.state.readId || 0;
    const unread = this.log.entries.filter((entry) => entry.id > readId && entry.message.role !== "customer").length;
    this.badge.hidden = unread === 0 || this.isOpen;
    this.badge.textContent = unread > 9 ? "9+" : String(unread);
    const words = unread === 1 ? STRINGS.unreadOne : fill(STRINGS.unreadMany, { n: unread });
    this.button.setAttribute("aria-label", unread ? `${STRINGS.launcher}, ${words}` : STRINGS.launcher);
    if (newest && unread && newest.role !== "customer" && newest.id > readId && !this.isOpen) {
      this.preview.firstChild.textContent = newest.text;
      this.peek.hidden = false;
    }
    if (!unread) this.peek.hidden = true;
    this.emit("unread", unread);
  }

  // What is said above the composer takes room from the log: its end stays in sight.
  tell(words) {
    const atEnd = this.log.atEnd();
    this.notice.textContent = words;
    if (words && atEnd) this.log.toEnd();
  }

  emit(event, value) {
    (this.listeners[event] || []).forEach((listener) => listener(value));
  }
}
