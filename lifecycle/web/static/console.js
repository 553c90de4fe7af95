// The console works without this file; it adds keys, every one of which is a link or a button on the page.
(() => {
  "use strict";
  const rows = () => [...document.querySelectorAll("[data-rows] a.row")];
  const typing = (node) => node instanceof HTMLElement && node.closest("input, textarea, select, [contenteditable]");

  function step(by) {
    const links = rows();
    if (!links.length) return;
    const here = links.indexOf(document.activeElement);
    const next = links[Math.min(links.length - 1, Math.max(0, here + by))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function help() {
    const open = document.querySelector(".keys");
    if (open) return open.remove();
    const box = document.createElement("section");
    box.className = "keys";
    box.setAttribute("role", "status");
    for (const [key, text] of [["j k", "next, previous conversation"], ["Enter", "open it"], ["/", "search"], ["e", "why it said that"], ["u", "back to the list"], ["?", "these keys"]]) {
      const line = document.createElement("p");
      const kbd = document.createElement("kbd");
      kbd.textContent = key;
      line.append(kbd, " " + text);
      box.append(line);
    }
    document.body.append(box);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "?") help();
    else if (event.key === "u" && document.querySelector(".crumb a")) document.querySelector(".crumb a").click();
    else if (target && target.matches("input")) target.focus();
    else if (target) target.click();
    else return;
    event.preventDefault();
  });

  for (const box of document.querySelectorAll(".copy")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy: ${box.querySelector("pre").getAttribute("aria-label")}`);
    button.addEventListener("click", async () => {
      const text = box.querySelector("code");
      try {
        await navigator.clipboard.writeText(text.textContent);
        button.textContent = "Copied";
        setTimeout(() => (button.textContent = "Copy"), 2000);
      } catch {
        getSelection().selectAllChildren(text); // the browser wants the hand on the keys: it is marked, ready to copy
      }
    });
    box.append(button);
  }

  for (const here of document.querySelectorAll(".rail [aria-current]")) here.scrollIntoView({ block: "nearest", inline: "center" });

  for (const control of document.querySelectorAll(".filters > label > select, .filters > label.check > input")) {
    control.addEventListener("change", () => control.form.requestSubmit());
  }
  for (const form of document.querySelectorAll('form[method="post"]')) {
    form.addEventListener("submit", () => {
      for (const button of form.querySelectorAll("button")) setTimeout(() => (button.disabled = true));
    });
  }
})();
