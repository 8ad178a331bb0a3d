// An exercise as it is judged, on every save. Without this file the page loads itself again every few seconds.
"use strict";

const mirror = document.querySelector("[data-mirror]");

// What has the keyboard keeps it: the part that is drawn anew has the same elements in the same places.
function focusPath(root) {
  const path = [];
  for (let node = document.activeElement; node && node !== root; node = node.parentElement) {
    if (!node.parentElement) return null;
    path.unshift([...node.parentElement.children].indexOf(node));
  }
  return root.contains(document.activeElement) ? path : null;
}

function draw(html) {
  const path = focusPath(mirror);
  const next = new DOMParser().parseFromString(html, "text/html");
  mirror.replaceChildren(...next.body.childNodes);
  if (path) {
    let node = mirror;
    for (const place of path) node = node && node.children[place];
    if (node) node.focus({ preventScroll: true });
  }
}

if (mirror) {
  const source = new EventSource(mirror.dataset.mirror);
  source.addEventListener("message", (event) => draw(JSON.parse(event.data).html));
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000);
  });
} else {
  // It has not been begun: the page looks again until it has.
  setInterval(() => location.reload(), 2000);
}
