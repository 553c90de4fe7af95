// The message API, and what this browser remembers: which conversation, what was read, what is not sent yet.
class Failure extends Error {
  constructor(status, detail, retryAfter, kind) {
    super(detail);
    this.status = status;
    this.retryAfter = retryAfter;
    this.loggedOut = kind === "urn:problem:identity"; // the store has to vouch for the shopper again
    this.gone = !this.loggedOut && (status === 401 || status === 404); // this conversation is no more
  }
}

class Api {
  constructor(base) {
    this.base = base;
    this.key = `lifecycle-chat:${base}`;
    this.memory = {};
    this.user = null;
  }

  get state() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) || {};
    } catch {
      return this.memory; // private windows may refuse storage: the chat still works until the page is left
    }
  }

  save(changes) {
    const next = { ...this.state, ...changes };
    this.memory = next;
    try {
      localStorage.setItem(this.key, JSON.stringify(next));
    } catch {
      /* kept in memory */
    }
  }

  forget() {
    this.memory = {};
    try {
      localStorage.removeItem(this.key);
    } catch {
      /* nothing was stored */
    }
  }

  async call(method, path, body, token) {
    const headers = {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (token) headers.Authorization = `Bearer ${token}`;
    if (token && this.state.word) headers["X-Identity"] = this.state.word;
    let response;
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), 20000);
    try {
      response = await fetch(`${this.base}/api/v1${path}`, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: patience.signal,
        credentials: "omit",
        keepalive: path.endsWith("/clicks"), // the page may be left for the product's
      });
      if (response.status === 204) return null;
      if (response.ok && !response.headers.get("Content-Type").includes("json")) return response.blob();
      const parsed = await response.json();
      if (response.ok) return parsed;
      throw new Failure(response.status, parsed.detail || "", Number(response.headers.get("Retry-After")) || 5, parsed.type);
    } catch (error) {
      throw error instanceof Failure ? error : new Failure(0, "", 5);
    } finally {
      clearTimeout(timer);
    }
  }

  // The conversation of this browser, begun on the first message; two tabs agree on one.
  async conversation() {
    const begin = async () => {
      const known = this.state;
      if (known.id) return known;
      const begun = await this.call("POST", "/conversations", this.user ? { user: this.user } : {});
      this.save({ id: begun.conversation_id, token: begun.token, word: this.word });
      return this.state;
    };
    return navigator.locks ? navigator.locks.request(this.key, begin) : begin();
  }

  async send(message) {
    const { id, token } = await this.conversation();
    const body = { message_id: message.id, ...(message.choice ? { choice: message.choice } : { text: message.text }) };
    return (await this.call("POST", `/conversations/${id}/messages`, body, token)).messages;
  }

  async read(after) {
    const { id, token } = this.state;
    if (!id) return [];
    return (await this.call("GET", `/conversations/${id}/messages?after=${after}`, undefined, token)).messages;
  }

  async find(user) {
    try {
      const found = await this.call("POST", "/conversations/resumed", { user });
      if (!this.state.id) this.save({ id: found.conversation_id, token: found.token, word: this.word });
    } catch (error) {
      if (error.status !== 404) throw error;
    }
  }

  // A card was opened; that it is counted is worth no word to the shopper.
  clicked(product) {
    const { id, token } = this.state;
    if (id) this.call("POST", `/conversations/${id}/clicks`, { product_id: product }, token).catch(() => {});
  }

  transcript() {
    const { id, token } = this.state;
    return this.call("GET", `/conversations/${id}/transcript`, undefined, token);
  }

  erase() {
    const { id, token } = this.state;
    return this.call("POST", `/conversations/${id}/erasure`, undefined, token);
  }

  // What the store's server gave this shopper; it goes with every call about their conversation.
  get word() {
    return this.user ? this.user.token || this.user.identifier_hash : undefined;
  }

  // Whoever logs in finds the conversation they had in another browser, unless there is one in this.
  async identify(user) {
    this.user = user;
    const { id, token } = this.state;
    if (!id) return this.find(user);
    await this.call("PUT", `/conversations/${id}/user`, user, token);
    this.save({ word: this.word });
  }
}
