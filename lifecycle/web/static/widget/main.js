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
    reset: () => chat.reset(),
    conversationId: () => chat.api.state.id || null,
    setUser: (user) =>
      chat.api.identify(user).catch((error) => {
        if (error.status === 409 || error.status === 404) chat.reset();
        else throw error;
      }),
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
