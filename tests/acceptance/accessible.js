// What a page owes to people who do not see it, do not use a mouse, or see little: gives a list of findings, empty where all is well. Runs in the page; colours are those that are rendered.
() => {
  const found = [], seen = new Set();
  const say = (rule, element, more = "") => {
    const name = element.tagName.toLowerCase() + (element.id ? "#" + element.id : "") + [...element.classList].slice(0, 2).map((each) => "." + each).join("");
    const words = `${rule}: ${name} “${(element.innerText || element.value || element.getAttribute("aria-label") || "").trim().slice(0, 30)}” ${more}`.trim();
    if (!seen.has(rule + name + more)) { seen.add(rule + name + more); found.push(words); }
  };
  const isShown = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && element.getClientRects().length > 0;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  // Language, title, main, skip link, headings in order.
  if (!/^(zh-CN|en)$/.test(document.documentElement.lang)) say("lang", document.documentElement);
  if (!document.title.trim()) say("title", document.documentElement);
  if (all("main").length !== 1) say("one main", document.body);
  const skip = document.querySelector("a.skip");
  if (!skip || !document.querySelector(skip.getAttribute("href"))) say("skip link", document.body);
  const headings = all("h1, h2, h3, h4, h5, h6").filter(isShown);
  if (headings.filter((each) => each.tagName === "H1").length !== 1) say("one h1", document.body, String(headings.filter((each) => each.tagName === "H1").length));
  headings.reduce((before, each) => { const level = Number(each.tagName[1]); if (level > before + 1) say("heading skips a level", each, `h${before} → h${level}`); return level; }, 0);
  // Names: every control and picture says what it is; ids are there once; what refers to another is there.
  const named = (each) => {
    const by = (each.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean).map((id) => document.getElementById(id)?.textContent || "").join("");
    const labels = [...(each.labels || [])].map((label) => [...label.childNodes].filter((node) => node !== each).map((node) => node.textContent).join("")).join("");
    return (by || each.getAttribute("aria-label") || labels || (/^(A|BUTTON|SUMMARY)$/.test(each.tagName) ? each.textContent + all("img[alt]", each).map((img) => img.alt).join("") : "") || each.getAttribute("title") ||
      (each.tagName === "INPUT" && /^(submit|button)$/.test(each.type) ? each.value : "")).trim();
  };
  for (const each of all("input:not([type=hidden]), select, textarea, button, a[href], summary")) if (isShown(each) && !named(each)) say("no name", each);
  for (const each of all("img, svg[role=img], canvas[role=img]")) if (isShown(each) && each.tagName === "IMG" && !each.hasAttribute("alt")) say("no alt", each);
  const ids = all("[id]").map((each) => each.id);
  for (const id of new Set(ids)) if (ids.filter((each) => each === id).length > 1) say("id twice", document.getElementById(id), id);
  for (const name of ["aria-describedby", "aria-labelledby", "aria-controls"]) for (const each of all(`[${name}]`)) for (const id of each.getAttribute(name).split(/\s+/)) if (!document.getElementById(id)) say(`${name} leads nowhere`, each, id);
  // Tables have headers; a list's sorted column says so; nothing that can be clicked is out of the keyboard's reach.
  for (const each of all("table")) if (isShown(each) && each.rows.length && !each.querySelector("th")) say("table without headers", each);
  for (const each of all("thead th")) if (isShown(each) && !each.textContent.trim() && !each.getAttribute("aria-label")) say("empty header", each);
  for (const each of all("[tabindex]")) if (Number(each.getAttribute("tabindex")) > 0) say("tab order by number", each);
  for (const each of all("[onclick], [role=button], [role=link]")) if (!each.matches("a[href], button, summary") && each.tabIndex < 0) say("not by keyboard", each);
  for (const each of all(".table-scroll, .menu, .tabs, .report")) if (isShown(each) && each.scrollWidth > each.clientWidth + 1 && !each.querySelector("a[href], button, input, select") && each.tabIndex < 0) say("scrolls by mouse alone", each);
  // Status is said in words (or a mark with words), not by colour alone.
  for (const each of all(".state, .tag, td.mark")) if (isShown(each) && !each.textContent.trim()) say("status by colour alone", each);
  // Contrast as rendered: 4.5, of large text 3. Text over charts and pictures is not judged.
  const channel = (value) => { const part = value / 255; return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; };
  const luminance = ([red, green, blue]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true }), known = new Map();
  const colour = (text) => {
    if (!known.has(text)) { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = "#000"; canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1); const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; known.set(text, [r, g, b, a / 255]); }
    return known.get(text);
  };
  const over = (top, under) => [0, 1, 2].map((place) => top[place] * top[3] + under[place] * (1 - top[3]));
  const ground = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) { const layer = colour(getComputedStyle(each).backgroundColor); if (layer[3] > 0) layers.push(layer); if (layer[3] === 1) break; }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const judged = new Set();
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || judged.has(element) || /^(SCRIPT|STYLE|NOSCRIPT|OPTION)$/.test(element.tagName) || !isShown(element) || element.closest("[data-chart], svg, :disabled, .visually-hidden, .skip")) continue;
    judged.add(element);
    const style = getComputedStyle(element), size = parseFloat(style.fontSize), under = ground(element), ink = over(colour(style.color), under);
    const [light, dark] = [luminance(ink), luminance(under)].sort((one, other) => other - one), ratio = (light + 0.05) / (dark + 0.05);
    const least = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700 ? 3 : 4.5;
    if (ratio < least - 0.005) say("contrast", element, `${ratio.toFixed(2)} < ${least} ${style.color} on ${under.map(Math.round)}`);
  }
  return found;
}
