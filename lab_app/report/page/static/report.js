// The report in one file: evidence is folded away until a link, a key or the printer asks for it.

const folded = [...document.querySelectorAll("details.scenario")];

// Opens whatever hides the target of the address, such as #batch_mode--in_place-sqlite, and goes there.
function reveal() {
  const target = document.querySelector(":target");
  for (let place = target?.closest("details"); place; place = place.parentElement.closest("details")) place.open = true;
  if (target?.closest("details.scenario")) target.scrollIntoView();
}
addEventListener("load", reveal);
addEventListener("hashchange", reveal);
addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (link && link.hash === location.hash) reveal();  // the address stays the same, and nobody else would tell
});

// n: from a scenario that is being read, the next one that differs; otherwise lab.js takes the next row of the matrix.
addEventListener("keydown", (event) => {
  if (event.key !== "n" || event.ctrlKey || event.metaKey || event.altKey) return;
  const reading = folded.find((one) => one.open && one.getBoundingClientRect().bottom > innerHeight / 3);
  if (!reading || reading.getBoundingClientRect().top > innerHeight / 3) return;
  event.stopPropagation();
  const next = reading.querySelector(".next [data-next]");
  if (next) next.click();
}, true);

// Everything at once, for reading on and for searching.
for (const button of document.querySelectorAll("[data-fold]")) {
  button.hidden = false;
  button.addEventListener("click", () => { for (const one of folded) one.open = button.dataset.fold === "open"; });
}

// Paper has nothing to click: print all of it, and fold it away again.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const one of opened) one.open = true;
});
addEventListener("afterprint", () => { for (const one of opened) one.open = false; });
