"use strict";
// Lists: empty filters stay out of the address; a page-size choice submits itself.
for (const form of document.querySelectorAll("form[data-list]")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
  });
  window.addEventListener("pageshow", () => { for (const field of form.elements) field.disabled = false; });
}
for (const choice of document.querySelectorAll("[data-submits]")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}
for (const button of document.querySelectorAll("[data-prints]")) {
  button.addEventListener("click", () => window.print());
}
// Sliders: the field beside a slider says its figure as people write it (85%, 830.00元), and moves it back.
for (const slider of document.querySelectorAll("[data-slides]")) {
  const field = document.getElementById(slider.dataset.slides), scale = Number(slider.dataset.scale), sign = slider.dataset.sign;
  slider.addEventListener("input", () => { field.value = Number(slider.value) / scale + sign; });
  field.addEventListener("input", () => { const figure = parseFloat(field.value); if (!Number.isNaN(figure)) slider.value = Math.round(figure * scale); });
}
for (const here of document.querySelectorAll(".menu .here")) here.parentElement.scrollLeft = here.offsetLeft - 40;
if (!document.querySelector("[data-chart]")) document.body.dataset.ready = "yes";
