// Predict: the reader's guesses stay in this browser, and keys go through the steps on a projector. All of it works without this file.
"use strict";

const asked = document.querySelector("[data-predict]");
if (asked) {
  const kept = `lab.predict.${asked.dataset.predict}`;
  const choices = [...asked.querySelectorAll(".guess input")];
  const shown = document.getElementById("show-what-happened");
  const forget = asked.querySelector("[data-forget]");
  const title = document.title;

  // A browser that keeps nothing for this page throws: then nothing is remembered, and nothing else is lost.
  const stored = (act) => { try { return act(localStorage); } catch { return null; } };
  const guesses = () => choices.filter((each) => each.checked);
  const offer = () => { forget.hidden = guesses().length === 0; };

  const remembered = stored((storage) => storage.getItem(kept)) || "";
  for (const name of remembered.split("\n")) {
    const choice = choices.find((each) => `${each.name}=${each.value}` === name);
    if (choice) choice.checked = true;
  }
  offer();
  asked.addEventListener("change", (event) => {
    if (event.target === shown) return tell();
    const text = guesses().map((each) => `${each.name}=${each.value}`).join("\n");
    stored((storage) => storage.setItem(kept, text));
    offer();
  });
  forget.addEventListener("click", () => {
    for (const choice of choices) choice.checked = false;
    stored((storage) => storage.removeItem(kept));
    shown.checked = false;
    offer();
    choices[0]?.focus();
    tell();
  });

  // The stylesheet counts; a screen reader is told.
  function tell() {
    const right = guesses().filter((each) => each.closest(".is")).length;
    live.textContent = shown.checked && guesses().length ? `${right} of ${asked.querySelectorAll("fieldset").length} right` : "";
    entitle();
  }
  // The window's title has the answer, too.
  function entitle() {
    const guessing = location.hash === "#predict" && !shown.checked;
    document.title = guessing ? `${asked.querySelector("h2").textContent} · Migration Lab` : title;
  }
  addEventListener("hashchange", entitle);
  entitle();
}

// On a projector: space, the arrows and a presenter's keys go on and back; Escape leaves.
if (document.body.classList.contains("present")) {
  const keys = { " ": "[rel=next]", ArrowRight: "[rel=next]", PageDown: "[rel=next]", ArrowLeft: "[rel=prev]", PageUp: "[rel=prev]", Escape: "[data-leave]" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("summary, .rows")) return;
    const wanted = event.key === " " && event.shiftKey ? "[rel=prev]" : keys[event.key];
    if (!wanted) return;
    event.preventDefault();
    const link = document.querySelector(`.steps a${wanted}`);
    if (link) location.assign(link.href);
  });
}
