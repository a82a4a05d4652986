"use strict";
// The board beside the chat: parts come as whole HTML from the server, and only what differs is changed in the page, so
// that focus, an open detail and a picture that is still right stay as they are.

const room = byId("board");
const doors = { talk: byId("to-talk"), board: byId("to-board") };
const HASH = "#dashboard"; // not the id of a place: the browser would move the page there

function morph(old, made) {
  if (old.nodeName !== made.nodeName || old.id !== made.id) {
    old.replaceWith(made);
    return;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== made.data) old.data = made.data;
    return;
  }
  for (const { name } of [...old.attributes]) if (!made.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  for (const { name, value } of made.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const here = [...old.childNodes];
  const there = [...made.childNodes];
  there.forEach((node, at) => (at < here.length ? morph(here[at], node) : old.append(node)));
  for (const node of here.slice(there.length)) node.remove();
}

function board({ parts, all }) {
  for (const part of [...room.children]) if (!all.includes(part.id.slice("board-".length))) part.remove();
  for (const [name, text] of Object.entries(parts)) {
    const made = document.createElement("template");
    made.innerHTML = text;
    const fresh = made.content.firstElementChild;
    const known = byId(`board-${name}`);
    if (known) morph(known, fresh);
    else room.append(fresh);
  }
}

function enter(name) {
  document.body.dataset.view = name;
  for (const [other, door] of Object.entries(doors)) {
    if (other === name) door.setAttribute("aria-current", "page");
    else door.removeAttribute("aria-current");
  }
  if (name === "talk") toEnd();
}

for (const [name, door] of Object.entries(doors)) {
  door.addEventListener("click", (event) => {
    event.preventDefault();
    history.replaceState(null, "", name === "board" ? HASH : location.pathname);
    enter(name);
    byId(name).focus({ preventScroll: true });
  });
}
room.addEventListener("click", (event) => {
  if (!event.target.closest("[data-say]")) return;
  enter("talk");
  if (!room.clientWidth) byId("talk").focus({ preventScroll: true });
});
enter(location.hash === HASH ? "board" : "talk");
