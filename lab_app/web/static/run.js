// The progress of a run as it happens. Without this file the page loads itself again every two seconds.
"use strict";

const run = document.querySelector("[data-events]");
const clock = document.querySelector("[data-seconds]");
const state = document.querySelector("[data-state]");
let began = Date.now() - 1000 * Number(clock.dataset.seconds);

setInterval(() => {
  const seconds = Math.max(0, Math.floor((Date.now() - began) / 1000));
  clock.textContent = seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}, 1000);

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function show(found) {
  began = Date.now() - 1000 * found.seconds;
  if (found.state === "stopping") {
    put(state, "It cleans up first.");
    document.querySelector("[data-stop]").disabled = true;
  }
  for (const [name, line] of Object.entries(found.engines)) {
    const row = run.querySelector(`[data-engine="${CSS.escape(name)}"]`);
    if (!row) continue;
    put(row.querySelector("[data-server]"), line.server);
    put(row.querySelector("[data-now]"), line.now);
    put(row.querySelector("[data-count]"), line.count);
    row.querySelector("progress").max = line.total || 1;
    row.querySelector("progress").value = line.done;
  }
}

// A lost connection is made again by the browser; a refused one is not: then the page asks again.
const source = new EventSource(run.dataset.events);
source.addEventListener("message", (event) => {
  const found = JSON.parse(event.data);
  if (String(found.run) === run.dataset.run) show(found);
  else location.assign(run.dataset.next);
});
source.addEventListener("over", () => { source.close(); location.replace(run.dataset.next); });
source.addEventListener("error", () => {
  if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 2000);
});
