"use strict";
// Lists: empty filters stay out of the address; a page-size choice submits itself.
for (const form of document.querySelectorAll("form[data-list]")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
  });
  window.addEventListener("pageshow", () => { for (const field of form.elements) field.disabled = false; });
}
for (const choice of document.querySelectorAll("[data-submits]")) {
  if (choice.getAttribute("role") !== "combobox") choice.addEventListener("change", () => choice.form.requestSubmit());
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
// The what-if form: rows that say something else than the plan are marked and counted, can be put back, and alone are sent; a search shows what it finds at once.
const tried = document.querySelector("form.tried");
if (tried) {
  const rows = [...tried.querySelectorAll("[data-row]")], count = document.getElementById("changed"), fieldsOf = (row) => [...row.querySelectorAll("[data-was]")];
  const said = (field) => field.type === "checkbox" ? String(field.checked) : field.value;
  const mark = () => {
    for (const row of rows) row.classList.toggle("changed", fieldsOf(row).some((field) => said(field) !== field.dataset.was));
    const changed = rows.filter((row) => row.classList.contains("changed")).length;
    if (count) count.textContent = changed ? count.dataset.some.replace("#", changed) : count.dataset.none;
  };
  tried.addEventListener("input", mark);
  tried.addEventListener("click", (event) => {
    if (!event.target.matches("[data-restores]")) return;
    for (const field of fieldsOf(event.target.closest("[data-row]"))) {
      if (field.type === "checkbox") field.checked = field.dataset.was === "true"; else field.value = field.dataset.was;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  tried.addEventListener("submit", () => { for (const row of rows) if (!row.classList.contains("changed")) for (const field of row.querySelectorAll("[name]")) field.disabled = true; });
  window.addEventListener("pageshow", () => { for (const field of tried.querySelectorAll("[data-row] [name]")) field.disabled = false; mark(); });
  const search = document.querySelector("[data-finds]");
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const group of tried.querySelectorAll(".group")) {
      const own = [...group.querySelectorAll("[data-row]")];
      for (const row of own) row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
      group.hidden = own.every((row) => row.hidden);
      if (wanted && !group.hidden) group.open = true;
    }
    document.getElementById("none-found").hidden = rows.some((row) => !row.hidden) || rows.length === 0;
  });
}
for (const button of document.querySelectorAll("[data-fills]")) button.addEventListener("click", () => {
  const form = document.querySelector(`input[name="step"][value="${button.dataset.fills}"]`)?.form;
  if (!form) return;
  form.closest("details").open = true;
  for (const name of ["findings", "conclusion"]) {
    const field = form.querySelector(`[name="given.${name}"]`);
    if (!field.value.trim()) field.value = button.parentElement.querySelector(`[data-${name}]`).textContent;
  }
  form.querySelector("textarea").focus();
});
// What scrolls sideways is reached by the keyboard too, and says what it is.
for (const wide of document.querySelectorAll(".table-scroll, .report")) if (wide.scrollWidth > wide.clientWidth || wide.scrollHeight > wide.clientHeight) {
  wide.tabIndex = 0;
  wide.setAttribute("role", "region");
  wide.setAttribute("aria-label", wide.closest(".card")?.querySelector("h2")?.textContent || document.querySelector("h1")?.textContent || document.title);
}
for (const place of document.querySelectorAll("[data-refreshes]")) {
  const renew = async () => {
    if (document.hidden) return;
    const answer = await fetch(place.dataset.refreshes, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) return location.reload();
    const wasOpen = place.querySelector("details")?.open;
    place.innerHTML = await answer.text();
    if (wasOpen) place.querySelector("details").open = true;
  };
  setInterval(renew, 1000 * place.dataset.every);
  document.addEventListener("visibilitychange", renew);
}
// A refusal names the field it is about: it is said there too, where the page has not said so itself, what is folded opens, and one may type at once.
const refused = document.getElementById("refused");
if (refused?.dataset.field) {
  const { field: name, do: what, step, words } = refused.dataset;
  const has = (form, key, value) => !value || [...form.elements].some((each) => each.name === key && each.value === value);
  const found = (form) => [...form.elements].find((each) => (each.name === name || each.name === `given.${name}`) && each.type !== "hidden");
  const field = [...document.forms].filter((form) => form.method === "post" && has(form, "do", what) && has(form, "step", step)).map(found).find(Boolean);
  if (field) {
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (!document.querySelector(".wrong")) {
      const said = document.createElement("span");
      said.className = "wrong"; said.id = "wrong-here"; said.textContent = words;
      field.after(said);
      field.setAttribute("aria-describedby", said.id);
    }
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }
}
// Person fields: candidates as one types, chosen by mouse or keys; without this script the form itself offers them after it was sent.
for (const picker of document.querySelectorAll("[data-picker]")) {
  const field = picker.querySelector("input[role=combobox]"), list = picker.querySelector("[role=listbox]"), who = picker.querySelector(".picked");
  let timer = 0, asked = "", at = -1;
  const options = () => [...list.children];
  const close = () => { list.hidden = true; field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant"); at = -1; };
  const mark = (next) => {
    at = next;
    options().forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    if (at >= 0) field.setAttribute("aria-activedescendant", options()[at].id);
  };
  const choose = (option) => {
    field.value = asked = option.dataset.number; who.textContent = option.textContent; close();
    for (const radio of picker.querySelectorAll("[type=radio]")) radio.checked = false;
    if ("submits" in field.dataset) field.form.requestSubmit();
  };
  const show = (rows) => {
    list.replaceChildren(...rows.map((row, place) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${place}`; option.setAttribute("role", "option"); option.dataset.number = row.number; option.textContent = `${row.name} · ${row.more} · ${row.number}`;
      option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); });
      return option;
    }));
    who.textContent = rows.length ? "" : who.dataset.none;
    list.hidden = rows.length === 0; field.setAttribute("aria-expanded", String(rows.length > 0)); at = -1;
  };
  const ask = async () => {
    const text = asked = field.value.trim();
    if (text.length < 2) return close();
    const said = new FormData();
    said.set("q", text); said.set("csrfmiddlewaretoken", field.form.querySelector("[name=csrfmiddlewaretoken]").value);
    const answer = await fetch(picker.dataset.picker, { method: "POST", body: said });
    if (answer.ok && text === asked) show((await answer.json()).rows);
  };
  field.addEventListener("input", () => { clearTimeout(timer); who.textContent = ""; timer = setTimeout(ask, 250); });
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const last = options().length - 1;
    if (event.key === "ArrowDown") mark(at < last ? at + 1 : 0);
    else if (event.key === "ArrowUp") mark(at > 0 ? at - 1 : last);
    else if (event.key === "Enter" && at >= 0) choose(options()[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  field.addEventListener("blur", () => setTimeout(close, 100));
}
// Words of the other language say so, for those who hear the page: names and quotes of Chinese on English pages, sentences of English on Chinese ones.
const own = document.documentElement.lang, isChinese = own !== "en", words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (words.nextNode()) {
  const text = words.currentNode.data, at = words.currentNode.parentElement;
  if (isChinese ? /^[^\u3000-\u9fff]*([A-Za-z]+[ ,]+){4,}[^\u3000-\u9fff]*$/.test(text) : 2 * (text.match(/[\u4e00-\u9fff]/g) || []).length > (text.match(/[A-Za-z]/g) || []).length)
    if (!at.closest("[lang]:not(html), script, style")) at.lang = isChinese ? "en" : "zh-CN";
}
for (const here of document.querySelectorAll(".menu .here")) here.parentElement.scrollLeft = here.offsetLeft - 40;
if (!document.querySelector("[data-chart]")) document.body.dataset.ready = "yes";
// Images and curves: larger, smaller, or as wide as their place, all at once, so that two that stand side by side stay alike.
for (const viewer of document.querySelectorAll("[data-viewer]")) {
  let zoom = 100;
  const show = () => {
    for (const picture of viewer.querySelectorAll("[data-zooms]")) picture.setAttribute("width", Math.round(picture.parentElement.clientWidth * zoom / 100) || 1);
    viewer.querySelector("output").textContent = zoom + "%";
  };
  for (const button of viewer.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => {
    const way = button.dataset.zoom;
    zoom = way === "fit" ? 100 : Math.min(800, Math.max(25, Math.round(way === "in" ? zoom * 1.25 : zoom / 1.25)));
    show();
  });
  window.addEventListener("resize", show);
  show();
}
