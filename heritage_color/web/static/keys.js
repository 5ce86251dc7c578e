// Shortcut keys: an element with data-key is clicked (or, where it is a field, focused) by that key.
// Everything works without this file. Keys can be turned off (WCAG 2.1.4); the choice stays in this browser.
"use strict";
(() => {
  const PLACE = "shortcut-keys";
  const read = () => { try { return localStorage.getItem(PLACE) !== "off"; } catch { return true; } };
  const keep = (on) => { try { localStorage.setItem(PLACE, on ? "on" : "off"); } catch { /* private browsing */ } };
  let on = read();

  const typing = (element) => element.closest("textarea, select, input:not([type=radio]):not([type=checkbox])");
  const folded = "[hidden], details:not([open]) > :not(summary)";
  const keyed = (key) => [...document.querySelectorAll(`[data-key~="${CSS.escape(key)}"]`)].find((one) => !one.closest(folded));
  const seen = (wanted) => [...(wanted.closest("[data-item]") ?? document).querySelectorAll("img[data-awaited]")]
    .every((image) => image.complete || image.closest("[hidden]"));

  document.addEventListener("keydown", (event) => {
    if (!on || event.repeat || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const wanted = event.key && keyed(event.key.toLowerCase());
    if (!wanted || !seen(wanted)) return; // never a score for an unseen picture
    event.preventDefault();
    if (wanted.matches("input, select, textarea")) wanted.focus();
    else wanted.click();
  });

  // An element with data-hold hears "hold" while that key is down and "release" when it comes up.
  let holding = null;
  const release = () => { holding?.dispatchEvent(new Event("release")); holding = null; };
  document.addEventListener("keydown", (event) => {
    if (!on || event.repeat || holding || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    holding = document.querySelector(`[data-hold="${CSS.escape(event.key.toLowerCase())}"]`);
    holding?.dispatchEvent(new Event("hold"));
  });
  document.addEventListener("keyup", (event) => {
    if (event.key.toLowerCase() === holding?.dataset.hold) release();
  });
  window.addEventListener("blur", release);

  // One press is one vote: the server knows a repeated form anyway, this spares the wait.
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
  });

  for (const toggle of document.querySelectorAll("[data-keys-toggle]")) {
    const button = toggle.querySelector("button");
    const say = () => { button.textContent = on ? toggle.dataset.off ?? "Turn shortcut keys off" : toggle.dataset.on ?? "Turn shortcut keys on"; };
    button.addEventListener("click", () => { on = !on; keep(on); say(); });
    say();
    toggle.hidden = false;
  }
})();
