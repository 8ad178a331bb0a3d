// Copy buttons and keys. Every page works without this file.
"use strict";

// <a data-copy-from href="….md"> copies what its address holds; <button data-copy="#id"> copies that element's or template's text.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-copy-from], [data-copy]");
  if (!link || !navigator.clipboard) return;
  event.preventDefault();
  try {
    const text = link.dataset.copy
      ? textOf(document.getElementById(link.dataset.copy.slice(1)))
      : await (await fetch(link.href)).text();
    await navigator.clipboard.writeText(text);
    say(link, "✓ copied");
  } catch {
    if (link.href) location.assign(link.href);
    else say(link, "not copied");
  }
});

function textOf(element) {
  return (element.content || element).textContent;
}

function say(element, words) {
  element.dataset.said = words;
  live.textContent = words;
  setTimeout(() => { delete element.dataset.said; live.textContent = ""; }, 2500);
}

const live = document.createElement("p");
live.className = "unseen";
live.setAttribute("role", "status");
document.body.append(live);
for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = !navigator.clipboard;

// n: the next row that differs, or the next scenario; /: the search field.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  if (event.key === "/") {
    const field = document.querySelector("input[type=search]");
    if (field) { event.preventDefault(); field.focus(); field.select(); }
  } else if (event.key === "n") {
    const next = document.querySelector("a[rel=next]");
    if (next) location.assign(next.href);
    else nextDifference();
  }
});

function nextDifference() {
  const rows = [...document.querySelectorAll("tr.differs:not(details tr)")];
  const here = document.activeElement.closest("tr") || document.activeElement;
  const after = rows.find((row) => here !== row && here.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING && here !== document.body);
  const row = after || rows[0];
  if (!row) return;
  row.querySelector("td a").focus({ preventScroll: true });
  row.scrollIntoView({ block: "center" });
}
