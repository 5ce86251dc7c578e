// The frame of every staff page: menus that close again, and times in the reader's own zone. All works without it.
"use strict";
(() => {
  const menus = [...document.querySelectorAll("details.menu")];
  const close = (but) => { for (const menu of menus) if (menu !== but) menu.open = false; };
  document.addEventListener("click", (event) => close(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    const open = menus.find((menu) => menu.open);
    if (event.key !== "Escape" || !open) return;
    close();
    open.querySelector("summary").focus();
  });
  document.addEventListener("focusin", (event) => {
    if (!event.target.closest("details.menu")) close();
  });

  // The museum's own time stays in the title, so that two people can speak of the same moment.
  const local = (at) => {
    const parts = { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" };
    return at.toLocaleString("en-GB", { ...parts, hourCycle: "h23", timeZoneName: "short" }).replace(" at ", ", ");
  };
  const here = (time) => {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) return;
    const clock = /(\d\d):(\d\d)/.exec(time.textContent);
    if (!clock || (at.getHours() === Number(clock[1]) && at.getMinutes() === Number(clock[2]))) return;
    time.title = time.textContent;
    time.textContent = local(at);
  };
  const all = (root) => root.querySelectorAll("time[data-local]").forEach(here);
  all(document);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.querySelectorAll) all(node);
  }).observe(document.body, { childList: true, subtree: true });
})();
