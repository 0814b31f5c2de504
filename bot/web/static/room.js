// The command line: sends without loading the page, keeps what was typed until it was taken.

import { say } from "/static/words.js";

export function room(form, press) {
  const line = form.elements.line;
  const more = form.elements.more;
  const answer = form.querySelector("#answer");
  const said = [];
  let back = 0;

  function tell(words) {
    const note = document.createElement("div");
    note.className = "answer failed";
    note.textContent = words;
    answer.replaceChildren(note);
  }

  async function send(from, body) {
    const buttons = document.querySelectorAll(`button[form="${press.id}"], #${form.id} button`);
    for (const button of buttons) button.disabled = true;
    try {
      const response = await fetch(from.action, { method: "POST", headers: { Accept: "application/json" }, body });
      const reply = await response.json();
      if (!response.ok) return tell(reply.detail);
      if (reply.go) return location.assign(reply.go);
      from.elements.once.value = reply.once;
      answer.innerHTML = reply.answer;
      if (from === form && !reply.failed) {
        said.push(line.value);
        back = said.length;
        line.value = more.value = "";
      }
    } catch {
      tell(say("room.no_answer"));
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }

  // The ways to go on with what stands before the cursor; the browser shows those that begin like it.
  const ways = document.getElementById(line.getAttribute("list"));
  let asked = 0;
  line.addEventListener("input", async () => {
    const mine = ++asked;
    const before = line.value.slice(0, line.selectionStart);
    if (!before.trim() || before.length > 400) return;
    try {
      const response = await fetch(form.dataset.completions + encodeURIComponent(before));
      const found = response.ok ? await response.json() : [];
      if (mine !== asked) return;
      ways.replaceChildren(...found.map((each) => new Option(each.means, each.line)));
    } catch {
      // What is typed is a command all the same.
    }
  });

  for (const from of [form, press]) {
    from.addEventListener("submit", (event) => {
      event.preventDefault();
      send(from, new URLSearchParams(new FormData(from, event.submitter)));
    });
  }

  line.addEventListener("keydown", (event) => {
    if (line.value && line.value !== said[back]) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !said.length) return;
    back = Math.min(Math.max(back + step, 0), said.length);
    line.value = said[back] ?? "";
    event.preventDefault();
  });

  line.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!text.includes("\n")) return;
    event.preventDefault();
    const [first, ...rest] = text.split(/\r?\n/);
    line.setRangeText(first, line.selectionStart, line.selectionEnd, "end");
    more.value = [more.value, ...rest].filter(Boolean).join("\n");
    more.closest("details").open = true;
  });
}
