// Asks again for a part of the page, [data-wait], until it has come to its end. Without this file a link does that.
"use strict";
(() => {
  const PAUSE = 2000;
  let before = "";
  const look = async () => {
    const part = document.querySelector("[data-wait]");
    if (!part) return;
    try {
      const answer = await fetch(part.dataset.wait);
      const text = answer.ok && !answer.redirected ? await answer.text() : before;
      if (text !== before && !part.contains(document.activeElement)) {
        part.outerHTML = text; // from our own server, which escapes what came from outside
        before = text;
      }
    } catch { /* the next look will see */ }
    setTimeout(look, document.hidden ? 5 * PAUSE : PAUSE);
  };
  setTimeout(look, PAUSE);
})();
