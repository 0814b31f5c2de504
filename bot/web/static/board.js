// The triage board by keyboard. A letter only moves to what it names, and only from within the board: a slip decides
// nothing, and whoever speaks to a machine sets nothing off (WCAG 2.2, 2.1.4). Without this file Tab goes everywhere.

const DEEDS = { c: "[value=claim]", n: "[value=declare]", m: "[value=merge]", a: "#incident", d: "#reason" };

export function board(form) {
  const groups = [...form.querySelectorAll("li article")];
  const help = form.querySelector("details.keys");
  help.hidden = false;
  let here = -1;

  function go(to) {
    here = Math.max(0, Math.min(to, groups.length - 1));
    groups[here].querySelector("input[type=checkbox]").focus();
  }

  form.addEventListener("focusin", (event) => {
    const group = event.target.closest("li article");
    if (group) here = groups.indexOf(group);
  });
  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("textarea, select, input:not([type=checkbox])")) return;
    const deed = DEEDS[event.key];
    if (event.key === "j" || event.key === "ArrowDown") go(here + 1);
    else if (event.key === "k" || event.key === "ArrowUp") go(here - 1);
    else if (event.key === "o" && here >= 0) groups[here].querySelector("h2 a").click();
    else if (event.key === "?") help.open = !help.open;
    else if (deed && form.querySelector(deed)) form.querySelector(deed).focus();
    else return;
    event.preventDefault();
  });
}
