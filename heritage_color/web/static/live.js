// Pieces of a page that follow what happens: by server-sent events where there is an address of such ([data-live]),
// and by asking again ([data-again]) where there is none, or where they do not come; until [data-ended] is in them.
// Without this file the page has a link that loads it anew. Only pages that are looked at are watched: a browser
// opens six connections to a server, and seven tabs would take all of them.
"use strict";
(() => {
  const home = document.querySelector("[data-again]");
  if (!home) return;
  const POLL = 10000, PATIENCE = 8000;
  const status = document.querySelector("[data-news]");
  const ended = () => home.querySelector("[data-ended]");
  let source = null, timer = 0, silence = 0, polls = !home.dataset.live, shown = "";
  document.querySelectorAll("[data-look-again]").forEach((link) => { link.hidden = true; });

  const show = (text) => { // from our own server, which escapes what came from outside
    if (text === shown) return;
    shown = text;
    const focused = home.contains(document.activeElement) ? document.activeElement.id : "";
    const open = [...home.querySelectorAll("details[open][id]")].map((one) => one.id);
    home.innerHTML = text;
    for (const id of open) { const one = document.getElementById(id); if (one) one.open = true; }
    const again = focused && document.getElementById(focused);
    if (again && again !== document.activeElement) again.focus({ preventScroll: true });
    home.querySelectorAll("progress[data-value]").forEach((one) => { one.value = Number(one.dataset.value); });
    const said = home.querySelector("[data-said]");
    if (status && said && status.textContent !== said.textContent.trim()) status.textContent = said.textContent.trim();
  };

  const poll = async () => {
    try {
      const answer = await fetch(home.dataset.again);
      if (answer.redirected || answer.status === 403) return stop(true);
      if (answer.ok) show(await answer.text());
    } catch { /* the network is away */ }
    if (ended()) return;
    timer = setTimeout(poll, POLL);
  };
  const stop = (forever) => {
    if (source) source.close();
    source = null;
    clearTimeout(timer);
    clearTimeout(silence);
    if (forever) document.querySelectorAll("[data-look-again]").forEach((link) => { link.hidden = false; });
  };
  const fallBack = () => { stop(); polls = true; poll(); };
  const watch = () => {
    if (polls || !window.EventSource) return poll();
    source = new EventSource(home.dataset.live);
    silence = setTimeout(fallBack, PATIENCE); // what lies between may keep events back
    source.onmessage = (event) => { clearTimeout(silence); show(event.data); };
    source.onerror = () => { if (source && source.readyState === EventSource.CLOSED) fallBack(); };
  };

  document.addEventListener("visibilitychange", () => { stop(); if (!document.hidden && !ended()) watch(); });
  if (!document.hidden && !ended()) watch();
})();
