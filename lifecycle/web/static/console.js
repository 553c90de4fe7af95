// The console works without this file; it adds keys, every one of which is a link or a button on the page.
(() => {
  "use strict";
  const rows = () => [...document.querySelectorAll("[data-rows] a.row")];
  const typing = (node) => node instanceof HTMLElement && node.closest("input, textarea, select, [contenteditable]");

  // The list somebody came from, so that a conversation knows the one after it.
  const LIST = "console-list";
  const isList = document.querySelector("[data-rows]");
  if (isList) sessionStorage.setItem(LIST, JSON.stringify({ from: location.pathname + location.search, rows: rows().map((row) => row.pathname) }));
  const list = JSON.parse(sessionStorage.getItem(LIST) || '{"rows": []}');
  const place = list.rows.indexOf(location.pathname);
  const crumb = document.querySelector(".crumb a");
  if (place >= 0 && crumb && list.from.startsWith(crumb.pathname)) {
    crumb.href = list.from;
    const bar = document.createElement("span");
    bar.className = "steps";
    for (const [by, text] of [[-1, "Previous"], [1, "Next"]]) {
      const there = list.rows[place + by];
      const link = document.createElement(there ? "a" : "span");
      link.className = there ? "button" : "button off";
      if (there) link.href = there;
      link.dataset.step = by;
      link.textContent = text;
      bar.append(link);
    }
    document.querySelector(".head .tools")?.prepend(bar);
  }

  function step(by) {
    const links = rows();
    if (!links.length) return document.querySelector(`a[data-step="${by}"]`)?.click();
    const here = links.indexOf(document.activeElement);
    const next = links[Math.min(links.length - 1, Math.max(0, here + by))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  const dialog = (id) => document.getElementById(id);

  function open(id) {
    for (const other of document.querySelectorAll("dialog[open]")) other.close();
    dialog(id)?.showModal();
    if (id === "palette") fill();
  }

  function press(key) {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (key === "?") open("keys");
    else if (key === "u" && crumb) crumb.click();
    else if (!target) return false;
    else if (target.matches("input, textarea")) target.focus();
    else {
      target.click();
      target.parentElement.querySelector("textarea")?.focus();
    }
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && dialog("palette")) {
      event.preventDefault();
      return open("palette");
    }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (press(event.key)) event.preventDefault();
  });
  for (const button of document.querySelectorAll("[data-open]")) button.addEventListener("click", () => open(button.dataset.open));
  for (const button of document.querySelectorAll("[data-press]")) {
    button.addEventListener("click", () => {
      button.closest("dialog").close();
      press(button.dataset.press);
    });
  }
  for (const helpers of document.querySelectorAll(".helpers, [data-print]")) helpers.hidden = false;
  document.querySelector("[data-print]")?.addEventListener("click", () => print());

  // The palette: every page and everything a button of this page does, by its words.
  const words = dialog("palette-words");
  const found = dialog("palette-list");

  function fill() {
    const text = words.value.trim().toLowerCase();
    const links = [...document.querySelectorAll(".rail nav a, .views a, .tools a, .tools button")];
    const places = links
      .map((link) => ({ text: link.textContent.trim(), go: () => link.click() }))
      .filter((one) => one.text && one.text.toLowerCase().includes(text));
    if (text) {
      const search = (path, name) => ({ text: `${name}: “${words.value.trim()}”`, go: () => location.assign(`/console/${path}?q=${encodeURIComponent(words.value.trim())}`) });
      places.push(search("conversations", "Search conversations"), search("customers", "Search customers"));
    }
    found.replaceChildren(
      ...places.slice(0, 12).map((one, index) => {
        const line = document.createElement("li");
        line.id = `palette-${index}`;
        line.setAttribute("role", "option");
        line.textContent = one.text;
        line.addEventListener("click", () => go(one));
        line.go = () => go(one);
        return line;
      }),
    );
    mark(0);
  }

  function go(one) {
    dialog("palette").close();
    one.go();
  }

  function mark(index) {
    const lines = [...found.children];
    const chosen = Math.max(0, Math.min(lines.length - 1, index));
    lines.forEach((line, at) => line.setAttribute("aria-selected", at === chosen));
    if (lines[chosen]) words.setAttribute("aria-activedescendant", lines[chosen].id);
    lines[chosen]?.scrollIntoView({ block: "nearest" });
  }

  words?.addEventListener("input", fill);
  words?.addEventListener("keydown", (event) => {
    const at = [...found.children].findIndex((line) => line.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp") mark(at - 1);
    else if (event.key === "Enter") found.children[at]?.go();
    else return;
    event.preventDefault();
  });

  for (const choice of document.querySelectorAll("select[data-macro]")) {
    choice.addEventListener("change", () => {
      const text = document.getElementById(choice.dataset.macro);
      if (choice.value) text.value = text.value ? `${text.value}\n\n${choice.value}` : choice.value;
      choice.selectedIndex = 0;
      text.focus();
    });
  }

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
      if (form.method === "dialog") return;
      for (const button of form.querySelectorAll("button")) setTimeout(() => (button.disabled = true));
    });
  }
})();
