// The shop's own few lines: links that open the chat, and the order form that says which chat it came from.
"use strict";

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-chat]");
  if (!link || !window.LifecycleChat) return;
  event.preventDefault();
  window.LifecycleChat.open({ text: link.dataset.chatText });
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-order]") || !window.LifecycleChat) return;
  event.target.elements.conversation_id.value = window.LifecycleChat.conversationId() || "";
});
