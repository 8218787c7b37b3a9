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

function say(place, text, kind = "problem") {
  const line = document.createElement("p");
  line.className = kind;
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

/**
 * Follow a stream while the tab is visible: a browser has six connections to a host for all its tabs.
 * `after` is the parameter that names the last event seen, for a stream that must not miss any.
 */
function follow(address, events, { opened = () => {}, after = "" } = {}) {
  const url = new URL(address, location.href);
  let source = null;
  const open = () => {
    if (document.hidden || source) return;
    source = new EventSource(url);
    source.addEventListener("open", opened);
    source.addEventListener("error", () => sayState("Not connected to the sandbox; trying again"));
    for (const [name, handle] of Object.entries(events)) {
      source.addEventListener(name, (event) => {
        if (after && event.lastEventId) url.searchParams.set(after, event.lastEventId);
        handle(event);
      });
    }
  };
  const close = () => {
    source?.close();
    source = null;
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

function sayState(text) {
  if (state && !paused) state.textContent = text;
}

// Deployments of the program: a failed one is shown at once, and what a new one has is seen after a reload.

const deployment = document.getElementById("deployment");
follow(`/_sandbox/deployments?lastEventId=${deployment.dataset.lastEvent}`, {
  deployment: (event) => {
    const { number, status, message } = JSON.parse(event.data);
    if (number < Number(deployment.dataset.number)) return;
    deployment.dataset.number = number;
    if (status === "deploying") say(deployment, `Deployment ${number} is under way.`, "notice");
    if (status === "failed") say(deployment, `Deployment ${number} failed. ${message}`);
    if (status === "live") {
      say(deployment, `Deployment ${number} is live. `, "notice");
      const reload = document.createElement("a");
      reload.href = location.href;
      reload.textContent = "Reload";
      deployment.firstElementChild.append(reload);
    }
  },
}, { after: "lastEventId" });

// The list of requests: the stream says that there are new ones, and the server renders those that fit the filter.

const rows = document.getElementById("rows");
if (rows?.dataset.live) {
  let stale = false;
  let loading = false;
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
  const renew = () => {
    stale = true;
    refresh();
  };
  live(refresh);
  follow("/_sandbox/traces", { trace: renew, missed: renew }, {
    opened: () => {
      sayState("Live");
      // Requests that came between the page and its stream.
      renew();
    },
  });
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
  const take = (event) => {
    held.push(JSON.parse(event.data));
    if (held.length > MOST_LINES) held.shift();
  };
  live(flush);
  follow(log.dataset.live, { line: take }, { after: "after", opened: () => sayState("Live") });
  setInterval(flush, 250);
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
