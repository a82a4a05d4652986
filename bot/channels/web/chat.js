"use strict";
// The web chat: shows what the server stored, live, and posts what the person does. Everything that comes is rebuilt
// from a list of allowed tags, so that no message can bring code or style.

const words = JSON.parse(document.body.dataset.words);
const zone = document.body.dataset.zone;
const lang = document.documentElement.lang;
const byId = (id) => document.getElementById(id);
const main = byId("scroll");
const log = byId("log");
const shown = new Map();
const ALLOWED = new Set(["B", "STRONG", "I", "EM", "U", "S", "CODE", "PRE", "BLOCKQUOTE", "A"]);
const KIND = /:(up|down|nofill|note)$/;
const OWN = /^1:(?:[fd]:\d+:(?:up|down|nofill)|t:\d+)$/;
const hands = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
const timeOfDay = {
  format(at) {
    const parts = Object.fromEntries(hands.formatToParts(at).map((part) => [part.type, part.value]));
    return words.clock.replace("HH", parts.hour).replace("mm", parts.minute);
  },
};
const dayOf = new Intl.DateTimeFormat(lang, { weekday: "short", day: "numeric", month: "short", timeZone: zone });
let rev = 0;
let limit = 60;
let answering = null;
let resumed = null;
let promptWanted = 0;
let pressed = new Set();
const labels = new Map();

function copyAllowed(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      to.append(node.data);
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      if (!ALLOWED.has(node.tagName)) {
        copyAllowed(node, to);
        continue;
      }
      const expandable = node.tagName === "BLOCKQUOTE" && node.hasAttribute("expandable");
      const copy = document.createElement(expandable ? "details" : node.tagName);
      if (expandable) {
        const summary = document.createElement("summary");
        summary.textContent = words.details;
        copy.append(summary);
      }
      if (node.tagName === "A" && /^https?:\/\//.test(node.getAttribute("href") || "")) {
        copy.href = node.getAttribute("href");
        copy.rel = "noopener noreferrer";
        copy.target = "_blank";
      }
      copyAllowed(node, copy);
      to.append(copy);
    }
  }
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function chartOf(item) {
  const picture = element("picture", "chart");
  const source = element("source");
  source.media = "(max-width: 520px)";
  const image = element("img");
  image.width = 640;
  image.height = 340;
  image.loading = "lazy";
  image.alt = words.chart.replace("%", item.chart);
  picture.append(source, image);
  picture.dataset.number = item.chart;
  paint(picture, item.rev);
  return picture;
}

function paint(picture, version) {
  const url = `/web/chart/${picture.dataset.number}.svg?v=${version}`;
  picture.querySelector("source").srcset = `${url}&size=narrow`;
  picture.querySelector("img").src = `${url}&size=wide`;
}

function buttonOf(item, button) {
  if (button.url) {
    const link = element("a", "", button.label);
    if (/^https?:\/\//.test(button.url)) link.href = button.url;
    link.rel = "noopener noreferrer";
    link.target = "_blank";
    return link;
  }
  const made = element("button", button.style || "", button.label);
  made.type = "button";
  if (button.copy) {
    made.addEventListener("click", () => copy(button.copy));
    return made;
  }
  made.dataset.tap = button.data;
  label(made);
  made.addEventListener("click", () => tap(item, button.data, made));
  return made;
}

// A signal may stand here more than once: its newest count and one's own vote are on all of its buttons.
function label(button) {
  const data = button.dataset.tap;
  const kind = KIND.exec(data);
  if (OWN.test(data)) button.setAttribute("aria-pressed", String(pressed.has(data)));
  if (!kind) return;
  const text = labels.get(data).label;
  const count = /\d+/.exec(text);
  button.textContent = text;
  button.title = words[kind[1]];
  button.setAttribute("aria-label", count ? `${words[kind[1]]}: ${count[0]}` : words[kind[1]]);
}

function noteLabels(item) {
  for (const { data, label } of item.buttons.flat()) {
    if (data && (labels.get(data)?.rev || 0) <= item.rev) labels.set(data, { rev: item.rev, label });
  }
}

function labelAll() {
  for (const button of log.querySelectorAll(".buttons button[data-tap]")) label(button);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(words.copied, false);
  } catch {
    toast(words.copy_failed.replace("%", text), true);
  }
}

function pictureOf(item) {
  const link = element("a", "chart");
  link.href = `/web/picture/${item.id}.png`;
  link.target = "_blank";
  const image = element("img");
  image.src = link.href;
  image.alt = item.picture || words.picture;
  image.loading = "lazy";
  const both = element("picture");
  const dark = element("source");
  dark.media = "(prefers-color-scheme: dark)";
  dark.srcset = `${link.href}?room=dark`;
  both.append(...(item.dark_picture ? [dark, image] : [image]));
  link.append(both);
  return link;
}

function fill(row, item) {
  const open = row.querySelector("details[open]") !== null;
  const at = [...row.querySelectorAll(".buttons button")].indexOf(document.activeElement);
  const bubble = element("div", "bubble");
  if (item.quote) {
    const quote = element("button", "quote", item.quote.text);
    quote.type = "button";
    quote.addEventListener("click", () => jump(item.quote.id));
    bubble.append(quote);
  }
  const text = element("div", "words");
  copyAllowed(new DOMParser().parseFromString(item.html, "text/html").body, text);
  for (const details of text.querySelectorAll("details")) details.open = open;
  bubble.append(text);
  if (item.chart) {
    const known = row.querySelector(".chart");
    if (known) paint(known, item.rev);
    bubble.append(known || chartOf(item));
  }
  if (item.picture !== null && item.picture !== undefined) bubble.append(pictureOf(item));
  const when = new Date(item.at);
  const meta = element("time", "meta", timeOfDay.format(when) + (row.dataset.rev ? ` · ${words.updated}` : ""));
  meta.dateTime = when.toISOString();
  bubble.append(meta);
  row.replaceChildren(bubble);
  for (const line of item.buttons) {
    const bar = element("div", "buttons");
    bar.append(...line.map((button) => buttonOf(item, button)));
    row.append(bar);
  }
  if (at >= 0) row.querySelectorAll(".buttons button")[at]?.focus();
  row.dataset.rev = item.rev;
}

function place(row, item) {
  let next = null;
  for (const [id, other] of shown) if (id > item.id && (next === null || id < next[0])) next = [id, other];
  log.insertBefore(row, next === null ? null : next[1]);
}

function markDay(row, item) {
  const label = dayOf.format(new Date(item.at));
  row.dataset.day = label;
  let before = row.previousElementSibling;
  while (before && !before.dataset.day) before = before.previousElementSibling;
  if (!before || before.dataset.day !== label) log.insertBefore(element("li", "day", label), row);
}

function show(item, live) {
  rev = Math.max(rev, item.rev);
  noteLabels(item);
  const known = shown.get(item.id);
  const low = nearEnd();
  if (known) {
    fill(known, item);
    if (live) flash(known, "changed");
  } else {
    const oldest = shown.size ? Math.min(...shown.keys()) : 0;
    if (live && item.id < oldest) {
      labelAll();
      return;
    }
    const row = element("li", `message ${item.author}${item.chart ? " charted" : ""}`);
    row.id = `m${item.id}`;
    fill(row, item);
    place(row, item);
    shown.set(item.id, row);
    markDay(row, item);
    if (live) flash(row, "fresh");
    if (live) follow(item, low);
  }
  if (live && item.buttons.length) labelAll();
  if (live && low) toEnd();
  byId("empty").hidden = shown.size > 0;
}

function flash(row, name) {
  row.classList.remove(name);
  void row.offsetWidth;
  row.classList.add(name);
}

function follow(item, low) {
  if (item.author === "you") toEnd();
  else if (!low) byId("down").hidden = false;
  if (item.force_reply && Date.now() < promptWanted) {
    promptWanted = 0;
    answer(item);
  }
}

const nearEnd = () => main.scrollHeight - main.scrollTop - main.clientHeight < 140;

function toEnd() {
  main.scrollTop = main.scrollHeight;
  byId("down").hidden = true;
}

function jump(id) {
  const row = shown.get(id);
  if (!row) return;
  row.scrollIntoView({ block: "center" });
  flash(row, "changed");
}

function answer(item) {
  answering = item.id;
  byId("answering").hidden = false;
  byId("answering-text").textContent = shown.get(item.id).querySelector(".words").textContent.split("\n")[0];
  const text = byId("text");
  text.placeholder = item.force_reply || text.dataset.placeholder;
  text.focus();
  toEnd();
}

function noAnswer() {
  answering = null;
  byId("answering").hidden = true;
  byId("text").placeholder = byId("text").dataset.placeholder;
}

function unique() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function post(what) {
  const body = JSON.stringify({ id: unique(), language: lang, ...what });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const response = await fetch("/web/inbox", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      if (response.ok) return true;
      if (response.status < 500) break;
    } catch {
      // the server may be starting again: the same id is posted once more
    }
    await new Promise((resolve) => setTimeout(resolve, 400 * (attempt + 1)));
  }
  toast(words.failed, true);
  return false;
}

async function tap(item, data, button) {
  if (data.endsWith(":note")) promptWanted = Date.now() + 15000;
  button.setAttribute("aria-busy", "true");
  setTimeout(() => button.removeAttribute("aria-busy"), 4000);
  if (!(await post({ kind: "tap", data, message_id: item.id }))) button.removeAttribute("aria-busy");
}

async function say(text, replyTo) {
  return post(replyTo ? { kind: "text", text, reply_to: replyTo } : { kind: "text", text });
}

// What is half typed stays, and what it answers.
function reload() {
  history.replaceState({ draft: byId("text").value, answering }, "");
  location.reload();
}

let toastTimer = 0;
function toast(text, bad) {
  for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
  if (!text) return;
  const box = byId("toast");
  box.textContent = text;
  box.className = bad ? "toast shown bad" : "toast shown";
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { box.className = "toast"; }, bad ? 6000 : 3500);
}

function state(name) {
  const box = byId("state");
  if (box.className === name) return;
  box.className = name;
  box.textContent = words[name];
}

async function load() {
  const response = await fetch(`/web/messages?limit=${limit}`);
  const { data } = await response.json();
  const height = main.scrollHeight;
  log.replaceChildren();
  shown.clear();
  for (const item of data.items) show(item, false);
  labelAll();
  const asked = data.items.find((item) => item.id === resumed);
  if (asked) answer(asked);
  resumed = null;
  rev = Math.max(rev, data.rev);
  byId("empty").hidden = shown.size > 0;
  byId("earlier").hidden = data.items.length < limit || limit >= 500;
  if (limit === 60) toEnd();
  else main.scrollTop = main.scrollHeight - height;
}

function listen() {
  const events = new EventSource(`/web/events?after=${rev}`);
  events.addEventListener("open", () => state("live"));
  events.addEventListener("error", () => {
    state("lost");
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  });
  events.addEventListener("message", (event) => show(JSON.parse(event.data), true));
  events.addEventListener("toast", (event) => toast(JSON.parse(event.data).text, false));
  events.addEventListener("own", (event) => { pressed = new Set(JSON.parse(event.data).pressed); labelAll(); });
  events.addEventListener("board", (event) => board(JSON.parse(event.data)));
  events.addEventListener("reset", () => { events.close(); reload(); });
  events.addEventListener("clock", (event) => {
    state("live");
    const { now, named, ...told } = JSON.parse(event.data);
    if (told.zone !== zone || told.lang !== lang) {
      events.close();
      reload();
      return;
    }
    const at = new Date(now);
    byId("today").textContent = now > 0 ? dayOf.format(at) : "";
    byId("now").textContent = now > 0 ? `${timeOfDay.format(at)} ${named}` : "";
  });
}

function repaint() {
  for (const picture of log.querySelectorAll(".chart")) {
    const box = picture.getBoundingClientRect();
    if (box.bottom > 0 && box.top < innerHeight && !document.hidden) paint(picture, `t${Date.now()}`);
  }
}

function grow() {
  const text = byId("text");
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
}

async function submit(event) {
  event.preventDefault();
  const box = byId("text");
  const text = box.value.trim();
  if (!text) return;
  if (text.length > Number(box.maxLength)) {
    toast(words.too_long, true);
    return;
  }
  const replyTo = answering;
  box.value = "";
  grow();
  noAnswer();
  if (!(await say(text, replyTo))) box.value = text;
}

function start() {
  const text = byId("text");
  text.dataset.placeholder = text.placeholder;
  text.value = history.state?.draft || "";
  resumed = history.state?.answering || null;
  history.replaceState(null, "");
  grow();
  byId("composer").addEventListener("submit", submit);
  text.addEventListener("input", grow);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      byId("composer").requestSubmit();
    } else if (event.key === "Escape") {
      noAnswer();
    }
  });
  byId("cancel").addEventListener("click", noAnswer);
  byId("down").addEventListener("click", toEnd);
  byId("earlier").addEventListener("click", () => { limit = Math.min(500, limit * 3); load(); });
  main.addEventListener("scroll", () => { if (nearEnd()) byId("down").hidden = true; });
  document.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-say]");
    if (asked) say(asked.dataset.say);
  });
  byId("language").addEventListener("change", (event) => say(`/lang ${event.target.value}`));
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const change = byId("zone");
  change.hidden = !here || here === zone;
  change.setAttribute("aria-label", `${change.title}: ${here}`);
  change.textContent = `🕒 ${(here || "").split("/").pop().replaceAll("_", " ")}`;
  byId("zone").addEventListener("click", () => say(`/timezone ${here}`));
  setInterval(repaint, 10000);
  load().then(listen, () => { state("lost"); setTimeout(reload, 3000); });
}

start();
