// The lanes by keyboard and pointer: one stop for Tab, arrows from mark to mark, what it says below the picture.
// Without this file each mark is a link with its words as a tooltip, and zooming loads the page.

const STEP = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

function middle(link) {
  const box = link.getBoundingClientRect();
  return [box.left + Math.min(box.width, 24) / 2, box.top + box.height / 2];
}

function next(links, from, [right, down]) {
  const [x, y] = middle(from);
  let best = null;
  let nearest = Infinity;
  for (const link of links) {
    if (link === from) continue;
    const [across, below] = middle(link).map((each, axis) => each - [x, y][axis]);
    const along = across * right + below * down;
    if (along <= 1) continue;
    const aside = Math.abs(right ? below : across);
    const far = along + 4 * aside;
    if (far < nearest) [best, nearest] = [link, far];
  }
  return best;
}

export function lanes(place) {
  const links = [...place.querySelectorAll("a")];
  const said = place.parentElement.querySelector(".pointed");
  const zoom = (way) => place.parentElement.querySelector(`[data-zoom="${way}"]`)?.click();
  let here = links[0];
  for (const link of links) link.setAttribute("tabindex", link === here ? "0" : "-1");

  function point(link) {
    said.textContent = link?.getAttribute("aria-label") ?? "";
    said.hidden = !link;
  }

  function go(link) {
    here.setAttribute("tabindex", "-1");
    here = link;
    here.setAttribute("tabindex", "0");
    here.focus();
  }

  place.addEventListener("focusin", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    if (link !== here) go(link);
    point(link);
  });
  place.addEventListener("focusout", () => point(null));
  place.addEventListener("pointerover", (event) => {
    const link = event.target.closest("a");
    if (link) point(link);
  });
  place.addEventListener("pointerleave", () => point(place.contains(document.activeElement) ? here : null));
  place.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "-") return zoom(event.key === "+" ? "in" : "out");
    if (!event.target.closest("a")) return;
    const ends = { Home: links.at(0), End: links.at(-1) };
    const link = STEP[event.key] ? next(links, here, STEP[event.key]) : ends[event.key];
    if (!link) return;
    event.preventDefault();
    go(link);
  });
}
