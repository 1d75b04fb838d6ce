// Quick exit. The link works without this; with it, Shift pressed three times within 5 s does the same, and the page
// left behind is replaced in this tab's history. What the browser has already written down elsewhere remains.
(() => {
  const link = document.querySelector("[data-exit]");
  if (!link) return;
  const leave = () => {
    document.body.hidden = true;
    location.replace(link.href);
  };
  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") {
      presses = [];
      return;
    }
    if (event.repeat) return;
    presses = presses.filter((at) => event.timeStamp - at < 5000).concat(event.timeStamp);
    if (presses.length >= 3) leave();
  });
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
})();
