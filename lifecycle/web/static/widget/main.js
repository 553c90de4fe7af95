// window.LifecycleChat: what a page may ask of the widget.
const script = document.currentScript;
const base = new URL(script.src).origin;

function begin() {
  if (document.querySelector("lifecycle-chat")) return;
  if (!customElements.get("lifecycle-chat")) customElements.define("lifecycle-chat", LifecycleChatElement);
  const { store, accent, theme, position, dir, lang, conversation, token, open } = script.dataset;
  const chat = document.createElement("lifecycle-chat");
  document.body.append(chat);
  window.LifecycleChat = Object.freeze({
    open: (options) => chat.open(options),
    close: () => chat.close(),
    reset: () => {
      chat.api.user = null; // whoever logged out is not taken for the next one
      chat.reset();
    },
    conversationId: () => chat.api.state.id || null,
    setUser: (who, more) => chat.identify(typeof who === "object" ? who : { ...more, id: String(who) }),
    on: (event, listener) => {
      (chat.listeners[event] ||= []).push(listener);
      return () => (chat.listeners[event] = chat.listeners[event].filter((each) => each !== listener));
    },
  });
  chat.start({ base, store: store || document.title, accent, theme, position, dir, lang, conversation, token, open: open !== undefined });
  dispatchEvent(new CustomEvent("lifecycle:ready"));
}

if (document.body) begin();
else document.addEventListener("DOMContentLoaded", begin);
