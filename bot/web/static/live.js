// Live pages: pieces of the page come as they were made on the server, and take their place.

import { LANGUAGE, ZONE, say } from "/static/words.js";

const OVER = { "signed-out": "live.signed_out", gone: "live.gone", joined: "live.joined", behind: "live.behind" };

function made(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

// What a reader has opened and where she has scrolled to stay so when a piece is changed.
function keep(old, piece) {
  const opened = [...old.querySelectorAll("details")];
  piece.querySelectorAll("details").forEach((each, index) => (each.open = opened[index]?.open ?? each.open));
  const scrolled = [...old.querySelectorAll(".scroll")].map((each) => [each.scrollLeft, each.scrollTop]);
  return () =>
    piece.querySelectorAll(".scroll").forEach((each, index) => each.scrollTo(...(scrolled[index] ?? [0, 0])));
}

function put(piece) {
  const old = document.getElementById(piece.id);
  if (!old) return;
  const back = keep(old, piece);
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(piece);
  back();
  if (!held) return;
  const same = held.matches(".scroll, summary") ? [...old.querySelectorAll(".scroll, summary")].indexOf(held) : -1;
  if (same >= 0) return piece.querySelectorAll(".scroll, summary")[same]?.focus({ preventScroll: true });
  const again = [...piece.querySelectorAll("button, a")].find((each) => each.value === held.value && each.href === held.href);
  (again ?? document.getElementById("line") ?? document.getElementById("main")).focus();
}

// The day of a moment on the reader's calendar; of a line between days, the day that it says.
function dayOf(time) {
  if (!time?.dateTime || time.dateTime.length === 10) return time?.dateTime;
  return new Date(time.dateTime).toLocaleDateString("en-CA", { timeZone: ZONE });
}

function day(entries, entry) {
  const at = dayOf(entry.querySelector(".when time"));
  const last = dayOf([...entries.querySelectorAll(".when time, .day time")].at(-1));
  if (!at || at === last) return;
  const line = made(`<li class="day"><time></time></li>`);
  line.firstElementChild.dateTime = at;
  line.firstElementChild.textContent = new Date(`${at}T00:00:00Z`).toLocaleDateString(LANGUAGE, {
    weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC",
  });
  entries.append(line);
}

function add(entry) {
  const entries = document.getElementById("entries");
  if (!entries) return;
  const known = document.getElementById(entry.id);
  if (known) {
    known.replaceWith(entry);
    return;
  }
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 160;
  day(entries, entry);
  entry.classList.add("fresh");
  entries.append(entry);
  if (atEnd && entries.closest("[role=log]")) entry.scrollIntoView({ block: "nearest" });
}

// A graph begins where work is being done.
function toWork(place) {
  for (const graph of place.querySelectorAll(".graph")) {
    const step = graph.querySelector(".action:is(.running, .waiting, .failed)")?.getBoundingClientRect();
    const box = graph.getBoundingClientRect();
    if (step) graph.scrollTo(step.left - box.left - (box.width - step.width) / 2, step.top - box.top - box.height / 3);
  }
}

export function live(place) {
  toWork(place);
  const state = place.querySelector(".live");
  const tell = (name, words) => {
    state.dataset.state = name;
    state.textContent = words;
    state.hidden = false;
  };
  const source = new EventSource(place.dataset.live);
  source.addEventListener("open", () => tell("live", say("live")));
  source.addEventListener("error", () => tell("away", say("live.away")));
  source.addEventListener("piece", (event) => put(made(event.data)));
  if (!("livePiecesOnly" in place.dataset)) source.addEventListener("entry", (event) => add(made(event.data)));
  source.addEventListener("over", (event) => {
    source.close();
    const typed = document.getElementById("line")?.value;
    if (event.data === "joined" && !typed) return location.reload();
    tell("over", say(OVER[event.data] ?? OVER.behind));
  });
  addEventListener("pagehide", () => source.close());
}
