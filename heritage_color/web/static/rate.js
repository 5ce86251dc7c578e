// Answers without waiting: the next pictures are held ready, and answers are kept in this browser until the archive has
// them. Everything but the Turing test works without this file.
"use strict";
(() => {
  const desk = document.getElementById("desk");
  if (!desk) return;
  const kept = keeper(desk.dataset.campaign);
  const ahead = document.getElementById("ahead");
  const address = desk.dataset.campaign;
  const connection = document.getElementById("connection");
  const undoing = document.getElementById("undo");
  let shownSince = null; // when the picture stood on the screen
  let previous = null; // the article before, while its answer has not left this browser
  let asking = null, sending = null; // requests under way
  let wait = 0, timer = 0; // milliseconds until the next try, while there is no connection
  let exhausted = false; // the archive had no further picture for this page
  const answered = new Set();

  // ---- answers that are kept: a list in localStorage, so that neither a reload nor another day loses one
  function keeper(campaign) {
    const place = `answers ${campaign}`;
    let fallback = []; // where the browser stores nothing, as long as the page is open
    return {
      read() { try { return JSON.parse(localStorage.getItem(place)) ?? []; } catch { return fallback; } },
      write(list) { fallback = list; try { localStorage.setItem(place, JSON.stringify(list)); } catch { /* see above */ } },
      add(answer) { this.write([...this.read(), answer]); },
      drop(keys) { this.write(this.read().filter((answer) => !keys.includes(answer.vote_key))); },
    };
  }

  function tell(state, words = {}) {
    const text = state && connection.dataset[state].replace(/\{(\w+)\}/g, (_, name) => words[name]);
    connection.dataset.state = state ?? "";
    connection.hidden = !text;
    connection.querySelector("p").textContent = text || "";
  }

  // ---- sending: one request at a time; the archive knows an answer by its key, so that a repeated one counts once
  function send() {
    sending ??= deliver().finally(() => { sending = null; });
    return sending;
  }

  async function deliver() {
    let answers;
    while ((answers = kept.read().slice(0, 50)).length) {
      const reply = await ask("/answers", answers);
      if (!reply) return false;
      const { stored, refused } = await reply.json();
      kept.drop([...stored, ...refused.map((one) => one.vote_key)]);
      connected();
      if (refused.length) tell("refused", { reason: refused[0].reason });
    }
    return true;
  }

  async function ask(step, body) {
    let later = 0; // milliseconds that the archive asks to wait when more comes than people give
    const given = body && { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
    try {
      const reply = await fetch(address + step, given);
      if (reply.ok) return reply;
      if (reply.status === 429) later = 1000 * Number(reply.headers.get("Retry-After"));
      else if (reply.status < 500) { // nothing that waiting would change; what is kept stays kept
        tell("refused", { reason: reply.status });
        return null;
      }
    } catch { /* no connection: the same as an archive that does not answer */ }
    tell("lost", { count: kept.read().length });
    wait = later || Math.min((wait || 1000) * 2, 30000);
    clearTimeout(timer);
    timer = setTimeout(goOn, wait);
    return null;
  }

  function connected() {
    if (!wait || kept.read().length) return;
    wait = 0;
    tell("back");
  }

  /** Send what is kept, fetch what comes next, show it where nothing is shown. Whether all of that was possible. */
  async function goOn() {
    if (!(await send()) || !(await fetchFurther())) return false;
    if (!desk.firstElementChild) next();
    return true;
  }

  // ---- the next pictures
  function fetchFurther() {
    asking ??= fetchOnce().finally(() => { asking = null; });
    return asking;
  }

  async function fetchOnce() {
    if (ahead.children.length > 1) return true;
    let reply, before;
    do { // an answer that leaves meanwhile would put the numbers of what comes out of step
      before = answered.size;
      if (!(await send())) return false;
      reply = await ask("/further");
      if (!reply) return false;
    } while (answered.size !== before);
    connected();
    const pieces = document.createElement("template");
    pieces.innerHTML = await reply.text();
    const known = new Set([...answered, ...[...document.querySelectorAll("[data-item]")].map((one) => one.dataset.item)]);
    ahead.append(...[...pieces.content.children].filter((piece) => !known.has(piece.dataset.item)));
    exhausted = !ahead.firstElementChild;
    return true;
  }

  function next() {
    if (ahead.firstElementChild) return show(ahead.firstElementChild);
    if (exhausted && !kept.read().length) return location.assign(address); // a break, the end, or what the archive says
    exhausted = false;
    return goOn().then((done) => done || tell("wait"));
  }

  function show(article) {
    desk.replaceChildren(article);
    document.querySelector("[data-note]")?.remove();
    if (connection.dataset.state === "back") tell(null);
    article.querySelector("h1").focus();
    begin(article);
  }

  async function begin(article) {
    shownSince = null;
    const test = article.querySelector("[data-turing]");
    if (test) return offer(test);
    await Promise.allSettled([...article.querySelectorAll("img[data-awaited]")].map((image) => image.decode()));
    shownSince = performance.now();
  }

  // ---- the Turing test: each picture for one second, then the question
  function offer(test) {
    const start = test.querySelector("[data-start]");
    start.hidden = false;
    start.onclick = () => flash(test);
    start.focus();
  }

  async function flash(test) {
    const [start, stage, looking] = ["start", "stage", "looking"].map((name) => test.querySelector(`[data-${name}]`));
    const images = [...stage.querySelectorAll("img")];
    start.hidden = true;
    looking.hidden = false;
    await Promise.allSettled(images.map((image) => image.decode()));
    for (const image of images) image.classList.remove("seen");
    stage.hidden = false;
    shownSince = performance.now();
    for (const image of images) {
      image.classList.add("seen");
      const whole = await oneSecond();
      image.classList.remove("seen");
      if (!whole) { // looked away to another tab: the pictures have to be seen
        stage.hidden = looking.hidden = true;
        return offer(test);
      }
    }
    stage.hidden = looking.hidden = true;
    const form = test.querySelector("form");
    form.hidden = false;
    form.querySelector("button").focus();
    return null;
  }

  function oneSecond() {
    return new Promise((resolve) => {
      const from = performance.now();
      const look = (now) => {
        if (document.hidden) resolve(false);
        else if (now - from >= 1000) resolve(true);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  }

  // ---- a picture, enlarged: where this file does not run, its link leads to the picture itself
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-enlarge]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const dialog = document.createElement("dialog");
    const close = document.createElement("button");
    const picture = link.querySelector("img").cloneNode();
    dialog.className = "enlarged";
    dialog.setAttribute("aria-label", picture.alt);
    close.type = "button";
    close.textContent = link.dataset.close;
    picture.removeAttribute("data-awaited");
    dialog.append(close, picture);
    dialog.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
    document.body.append(dialog);
    dialog.showModal();
  });

  // ---- what people do
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-answer]")) return answer(event, form);
    if (form === undoing || form.matches("[data-send]")) return sendForm(event, form);
    return null;
  });

  function answer(event, form) {
    const article = form.closest("[data-item]");
    const seconds = shownSince === null ? "" : ((performance.now() - shownSince) / 1000).toFixed(2);
    form.elements.seconds.value = seconds;
    if (!("ahead" in desk.dataset)) return null; // practice: the form goes as it is
    event.preventDefault();
    if (article !== desk.firstElementChild) return null;
    const given = Object.fromEntries(new FormData(form, event.submitter));
    given.vote_key = globalThis.crypto?.randomUUID?.() ?? given.vote_key; // the page's own where there is no https
    given.seconds = seconds === "" ? null : Number(seconds);
    given.swapped = given.swapped === "true";
    if (given.score) given.score = Number(given.score);
    kept.add(given);
    answered.add(given.item_id);
    undoing.elements.vote_key.value = given.vote_key;
    undoing.hidden = false;
    previous = article;
    article.remove();
    next();
    goOn();
    return null;
  }

  // Skipping and taking back need the archive; an answer that has not left yet is simply taken out of the list.
  async function sendForm(event, form) {
    event.preventDefault();
    const key = form === undoing && form.elements.vote_key.value;
    if (!(await send())) return key && kept.read().some((one) => one.vote_key === key) && takeBack(key);
    try {
      const reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      return location.assign(reply.url);
    } catch {
      return tell("lost", { count: kept.read().length });
    }
  }

  function takeBack(key) {
    kept.drop([key]);
    answered.delete(previous.dataset.item);
    undoing.hidden = true;
    if (desk.firstElementChild) ahead.prepend(desk.firstElementChild);
    show(previous);
    tell("lost", { count: kept.read().length });
  }

  addEventListener("online", goOn);
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  begin(desk.firstElementChild);
  if (kept.read().length) send().then((done) => done && location.reload()); // from a page before this one
})();
