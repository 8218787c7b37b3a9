// What the page does beyond links and forms: actions with the token, the live list of requests, and logs that follow.
"use strict";

const token = document.querySelector('meta[name="sandbox-token"]')?.content ?? "";
const ROWS_EVERY_MS = 500;
const MOST_LINES = 1000;

for (const form of document.querySelectorAll("form[data-action]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(form, document.querySelector(form.dataset.action));
  });
}

/** Send a form with the token, and show the answer, which is escaped HTML of this server. */
async function act(form, place) {
  const button = form.querySelector('button[type="submit"]');
  button.disabled = true;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-Sandbox-Token": token },
    });
    const text = await answer.text();
    if ((answer.headers.get("Content-Type") ?? "").startsWith("text/html")) place.innerHTML = text;
    else say(place, text);
  } catch (error) {
    say(place, `The sandbox did not answer: ${error.message}`);
  } finally {
    button.disabled = false;
  }
}

function say(place, text) {
  const line = document.createElement("p");
  line.className = "problem";
  line.textContent = text;
  place.replaceChildren(line);
}

// A control by which everything that moves can be stopped.

const pause = document.getElementById("pause");
const state = document.getElementById("live-state");
let paused = false;
let resumed = () => {};

function live(onResume) {
  resumed = onResume;
  pause.hidden = false;
  state.textContent = "Live";
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    state.textContent = paused ? "Paused" : "Live";
    if (!paused) resumed();
  });
}

function connected(source) {
  source.addEventListener("open", () => { if (!paused) state.textContent = "Live"; });
  source.addEventListener("error", () => { state.textContent = "Not connected to the sandbox; trying again"; });
}

// The list of requests: the stream says that there are new ones, and the server renders those that fit the filter.

const rows = document.getElementById("rows");
if (rows?.dataset.live) {
  let stale = false;
  let loading = false;
  const source = new EventSource("/_sandbox/traces");
  const refresh = async () => {
    if (!stale || loading || paused) return;
    stale = false;
    loading = true;
    try {
      const answer = await fetch(rows.dataset.live);
      if (answer.ok && !paused) replaceRows(await answer.text());
    } catch {
      stale = true;
    } finally {
      setTimeout(() => { loading = false; refresh(); }, ROWS_EVERY_MS);
    }
  };
  for (const name of ["trace", "missed"]) source.addEventListener(name, () => { stale = true; refresh(); });
  connected(source);
  // Requests that came between the page and its stream.
  source.addEventListener("open", () => { stale = true; refresh(); });
  live(refresh);
}

/** Rows that are there stay the same elements, so that the focus and a selection survive. */
function replaceRows(text) {
  const template = document.createElement("template");
  template.innerHTML = text;
  const known = new Map([...rows.children].map((row) => [row.id, row]));
  const wanted = [...template.content.children].map((row) => {
    const old = known.get(row.id);
    return old && old.isEqualNode(row) ? old : row;
  });
  const kept = new Set(wanted);
  for (const row of [...rows.children]) if (!kept.has(row)) row.remove();
  wanted.forEach((row, place) => {
    if (rows.children[place] !== row) rows.insertBefore(row, rows.children[place] ?? null);
  });
}

// Log lines.

const log = document.getElementById("log");
if (log) {
  const held = [];
  const flush = () => {
    if (paused || held.length === 0) return;
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    log.append(...held.splice(0).map(lineOf));
    while (log.children.length > MOST_LINES) log.firstElementChild.remove();
    if (atEnd) log.scrollTop = log.scrollHeight;
  };
  const source = new EventSource(log.dataset.live);
  source.addEventListener("line", (event) => {
    held.push(JSON.parse(event.data));
    if (held.length > MOST_LINES) held.shift();
  });
  connected(source);
  setInterval(flush, 250);
  live(flush);
  log.scrollTop = log.scrollHeight;
}

function lineOf(line) {
  const item = document.createElement("div");
  const time = document.createElement("time");
  const text = document.createElement("span");
  time.textContent = new Date(line.timestamp).toISOString().slice(11, 23);
  text.textContent = line.message;
  item.append(time, " ", text);
  return item;
}
