// One picture over the other, and a handle between them. Without this file both stand side by side.
"use strict";
for (const figure of document.querySelectorAll("[data-reveal]")) {
  const range = figure.querySelector("input[type=range]");
  const frame = figure.querySelector(".mounted");
  const show = () => figure.style.setProperty("--at", `${range.value}%`);
  const drag = (event) => {
    if (event.type === "pointermove" && !event.buttons) return;
    const box = frame.getBoundingClientRect();
    range.value = (100 * (event.clientX - box.left)) / box.width;
    show();
  };
  range.addEventListener("input", show);
  frame.addEventListener("pointerdown", (event) => { event.preventDefault(); frame.setPointerCapture(event.pointerId); drag(event); });
  frame.addEventListener("pointermove", drag);
  range.hidden = false;
  figure.classList.add("ready");
  show();
}
