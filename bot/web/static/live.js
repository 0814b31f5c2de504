// Live pages: pieces of the page come as they were made on the server, and take their place.

const SAID = { live: "live", away: "not live just now; trying again" };
const OVER = {
  "signed-out": "You are signed out. Load the page to sign in again.",
  gone: "This incident is no longer open to you.",
  joined: "Your organization takes part now. Load the page to see what came before.",
  behind: "Much has happened. Load the page again.",
};

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

function day(entries, entry) {
  const at = entry.querySelector(".when time")?.dateTime?.slice(0, 10);
  const last = [...entries.querySelectorAll(".when time, .day time")].at(-1)?.dateTime?.slice(0, 10);
  if (!at || at === last) return;
  const line = made(`<li class="day"><time></time></li>`);
  const date = new Date(`${at}T00:00:00Z`);
  line.firstElementChild.dateTime = at;
  line.firstElementChild.textContent = date.toLocaleDateString("en-GB", {
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
  source.addEventListener("open", () => tell("live", SAID.live));
  source.addEventListener("error", () => tell("away", SAID.away));
  source.addEventListener("piece", (event) => put(made(event.data)));
  if (!("livePiecesOnly" in place.dataset)) source.addEventListener("entry", (event) => add(made(event.data)));
  source.addEventListener("over", (event) => {
    source.close();
    const typed = document.getElementById("line")?.value;
    if (event.data === "joined" && !typed) return location.reload();
    tell("over", OVER[event.data] ?? OVER.behind);
  });
  addEventListener("pagehide", () => source.close());
}
