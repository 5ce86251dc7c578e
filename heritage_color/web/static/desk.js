// The review pages: slider, flicker, locked zoom and pan, the map of uncertainty laid over, regions drawn by pointer,
// all boxes at once. Everything decisive works without this file; nothing here needs dragging.
"use strict";
(() => {
  const SLOWEST_FLASH = 340; // ms between two changes: at most three flashes in two seconds, below WCAG's three per second
  const HALF_TURN = 800; // ms that each picture shows while the two alternate
  const STEP = 12; // percent of the frame that an arrow moves the pictures
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const twins = document.querySelector("[data-twins]");
  const tools = document.querySelector("[data-compare]");

  const chooser = document.querySelector("[data-choose-all]");
  chooser?.addEventListener("click", (event) => {
    event.preventDefault();
    const boxes = [...document.querySelectorAll("input[name=chosen]")];
    const all = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = all;
    chooser.textContent = all ? "Select none" : "Select all on this page";
  });
  if (!twins || !tools) return;

  const stages = [...twins.querySelectorAll("[data-stage]")];
  const colour = twins.querySelector("[data-stage=colour]");
  const slider = tools.querySelector("[data-slider]");
  const says = tools.querySelector("[data-says]");
  const button = (act) => tools.querySelector(`[data-act=${act}]`);
  const pressed = (act) => button(act)?.getAttribute("aria-pressed") === "true";
  const press = (act, on) => button(act)?.setAttribute("aria-pressed", String(on));

  // ---- zoom and pan, the same for both pictures
  const view = { scale: 1, x: 0, y: 0 };
  const look = (scale, x, y) => {
    view.scale = Math.min(8, Math.max(1, scale));
    const most = (view.scale - 1) * 50;
    view.x = Math.min(most, Math.max(-most, x));
    view.y = Math.min(most, Math.max(-most, y));
    for (const stage of stages) stage.style.transform = `translate(${view.x}%, ${view.y}%) scale(${view.scale})`;
    says.textContent = view.scale === 1 ? "Whole picture" : `Enlarged ${view.scale.toFixed(1)} times`;
  };
  const zoom = (factor) => look(view.scale * factor, view.x * factor, view.y * factor);
  const move = (x, y) => look(view.scale, view.x + x, view.y + y);

  // ---- one over the other
  const uncover = (share) => { colour.style.clipPath = share ? `inset(0 0 0 ${share}%)` : ""; };
  const layer = () => {
    const over = pressed("slider") || pressed("flicker") || held;
    twins.classList.toggle("overlaid", over);
    slider.closest("label").hidden = !pressed("slider");
    uncover(pressed("slider") ? slider.value : 0);
  };
  let held = false, shown = "colour", changed = 0, timer = 0;
  const show = (which) => {
    shown = which;
    changed = performance.now();
    colour.style.visibility = which === "original" ? "hidden" : "";
    says.textContent = which === "original" ? "Original" : "Colorized";
  };
  const swap = (which) => { // never faster than SLOWEST_FLASH, however fast a key is hit
    clearTimeout(timer);
    const wait = SLOWEST_FLASH - (performance.now() - changed);
    if (wait <= 0) show(which); else timer = setTimeout(() => show(which), wait);
  };
  const turn = () => {
    if (!pressed("flicker")) return;
    show(shown === "colour" ? "original" : "colour");
    if (!still.matches) timer = setTimeout(turn, HALF_TURN);
  };
  const flicker = () => {
    clearTimeout(timer);
    if (still.matches && pressed("flicker")) { // motion is unwelcome: each press shows the other picture once
      swap(shown === "colour" ? "original" : "colour");
      return;
    }
    press("flicker", !pressed("flicker"));
    press("slider", false);
    layer();
    if (pressed("flicker")) turn(); else show("colour");
  };
  button("flicker").addEventListener("hold", () => { held = true; press("slider", false); layer(); swap("original"); });
  button("flicker").addEventListener("release", () => { held = false; swap("colour"); setTimeout(layer, SLOWEST_FLASH); });

  const acts = {
    in: () => zoom(1.5), out: () => zoom(1 / 1.5), whole: () => look(1, 0, 0),
    left: () => move(STEP, 0), right: () => move(-STEP, 0), up: () => move(0, STEP), down: () => move(0, -STEP),
    slider: () => { clearTimeout(timer); press("slider", !pressed("slider")); press("flicker", false); show("colour"); layer(); },
    flicker,
    overlay: () => {
      press("overlay", !pressed("overlay"));
      twins.classList.toggle("unsure-over", pressed("overlay"));
    },
  };
  tools.addEventListener("click", (event) => acts[event.target.closest("[data-act]")?.dataset.act]?.());
  slider.addEventListener("input", layer);

  // ---- pointers: moving an enlarged picture, and drawing a region
  const form = document.querySelector("[data-region-form]");
  const drawing = form?.querySelector("[data-draw]");
  const frame = twins.querySelector("[data-draft]");
  const fields = ["left", "top", "width", "height"].map((name) => form?.elements[name]);
  let from = null;
  const point = (svg, event) => {
    const box = svg.viewBox.baseVal;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [at.x / box.width, at.y / box.height].map((share) => 100 * Math.min(1, Math.max(0, share)));
  };
  const draft = () => {
    const [left, top, width, height] = fields.map((field) => Number(field.value) || 0);
    const box = frame.ownerSVGElement.viewBox.baseVal;
    const put = { x: left * box.width, y: top * box.height, width: width * box.width, height: height * box.height };
    for (const [name, value] of Object.entries(put)) frame.setAttribute(name, value / 100);
  };
  const isDrawing = () => drawing?.getAttribute("aria-pressed") === "true";
  twins.addEventListener("pointerdown", (event) => {
    const stage = event.target.closest("[data-stage]");
    if (!stage || (!isDrawing() && view.scale === 1)) return;
    event.preventDefault();
    const svg = stage.querySelector("svg");
    from = { svg, at: point(svg, event), x: event.clientX, y: event.clientY, view: { ...view }, box: stage.parentElement };
  });
  addEventListener("pointermove", (event) => {
    if (!from) return;
    if (!isDrawing()) {
      const { clientWidth, clientHeight } = from.box;
      look(view.scale, from.view.x + 100 * (event.clientX - from.x) / clientWidth, from.view.y + 100 * (event.clientY - from.y) / clientHeight);
      return;
    }
    const to = point(from.svg, event);
    const corner = [0, 1].map((way) => Math.min(from.at[way], to[way]));
    const sides = [0, 1].map((way) => Math.abs(from.at[way] - to[way]));
    [...corner, ...sides].forEach((value, number) => { fields[number].value = (Math.floor(value * 100) / 100).toFixed(2); });
    draft();
  });
  addEventListener("pointerup", () => {
    if (from && isDrawing()) { drawing.setAttribute("aria-pressed", "false"); form.elements.words.focus(); }
    from = null;
  });
  for (const field of fields) field?.addEventListener("input", draft);
  drawing?.addEventListener("click", () => {
    drawing.setAttribute("aria-pressed", String(!isDrawing()));
    if (isDrawing()) twins.scrollIntoView({ block: "center" });
  });
  if (drawing) drawing.hidden = false;
  tools.hidden = false;
})();
