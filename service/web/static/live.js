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

  const swap = (fresh) => {
    const theirs = new Map(parts(fresh).map((part) => [part.id, part]));
    const mine = parts(document);
    if (mine.length !== theirs.size || mine.some((part) => !theirs.has(part.id))) {
      location.reload();
      return;
    }
    for (const part of mine) {
      const next = theirs.get(part.id);
      if (part.innerHTML === next.innerHTML && part.className === next.className) continue;
      if (part.contains(document.activeElement) && document.activeElement.matches("input:not([type=hidden]), select"))
        continue;
      const open = new Map([...part.querySelectorAll("details[id]")].map((one) => [one.id, one.open]));
      const focus = part.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
      part.className = next.className;
      part.replaceChildren(...next.childNodes);
      for (const one of part.querySelectorAll("details[id]")) if (open.has(one.id)) one.open = open.get(one.id);
      if (focus) part.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
      if (part.dataset.live === "bottom") part.scrollTop = part.scrollHeight;
    }
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
