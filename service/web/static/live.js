// Looks again without disturbing: fetches this same page and swaps only the parts marked data-live whose content has
// changed. Forms outside those parts keep what is being typed. Without scripts the page refreshes itself instead.
(() => {
  const every = Number(document.currentScript.dataset.every) * 1000;
  const always = "always" in document.currentScript.dataset; // an operator keeps what she has from behind another tab
  const stale = document.querySelector("[data-stale]");
  let held = false;
  let busy = false;
  let failures = 0;

  addEventListener("pointerdown", () => { held = true; });
  for (const kind of ["pointerup", "pointercancel", "blur"]) addEventListener(kind, () => { held = false; });

  const parts = (root) => [...root.querySelectorAll("[data-live]")];

  // An island is filled by a script here (a map): what it holds is no change, and lives on in the fresh part.
  const islands = (root) => [...root.querySelectorAll("[data-island][id]")];

  const text = (part) => {
    if (!part.querySelector("[data-island]")) return part.innerHTML;
    const bare = part.cloneNode(true);
    for (const one of islands(bare)) one.replaceChildren();
    return bare.innerHTML;
  };

  const carried = (part, next) => {
    for (const one of islands(next)) one.replaceChildren(...(part.querySelector(`#${CSS.escape(one.id)}`)?.childNodes ?? []));
  };

  const swap = (fresh) => {
    const theirs = new Map(parts(fresh).map((part) => [part.id, part]));
    const mine = parts(document);
    if (mine.length !== theirs.size || mine.some((part) => !theirs.has(part.id))) {
      location.reload();
      return;
    }
    let swapped = false;
    for (const part of mine) {
      const next = theirs.get(part.id);
      if (text(part) === text(next) && part.className === next.className) continue;
      if (part.contains(document.activeElement) && document.activeElement.matches("input:not([type=hidden]), select"))
        continue;
      const open = new Map([...part.querySelectorAll("details[id]")].map((one) => [one.id, one.open]));
      const focus = part.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
      const inside = document.activeElement?.closest("[data-island]") ? document.activeElement : null;
      part.className = next.className;
      carried(part, document.adoptNode(next));
      part.replaceChildren(...next.childNodes);
      for (const one of part.querySelectorAll("details[id]")) if (open.has(one.id)) one.open = open.get(one.id);
      if (focus) part.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
      if (inside?.isConnected) inside.focus({ preventScroll: true });
      if (part.dataset.live === "bottom") part.scrollTop = part.scrollHeight;
      swapped = true;
    }
    if (swapped) document.dispatchEvent(new Event("swapped"));
  };

  const look = async () => {
    if (held || busy || (document.hidden && !always)) return;
    busy = true;
    try {
      const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      // The same page under a newer address must not throw its reader back to the top.
      if (answer.redirected && new URL(answer.url).pathname === location.pathname) history.replaceState(null, "", answer.url);
      else if (answer.redirected) location.replace(answer.url);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!held) swap(page);
      failures = 0;
    } catch {
      failures += 1;
    }
    if (stale) stale.hidden = failures < 2;
    busy = false;
  };

  for (const part of parts(document)) if (part.dataset.live === "bottom") part.scrollTop = part.scrollHeight;
  setInterval(look, every);
  document.addEventListener("visibilitychange", look);
})();
