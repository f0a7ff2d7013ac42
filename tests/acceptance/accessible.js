// What a page owes to people who do not see it, do not use a mouse, or see little: gives a list of findings, empty where all is well. Runs in the page; colours are those that are rendered, at rest and then with everything hovered and focused.
(whole) => {
  const found = [], seen = new Set();
  const say = (rule, element, more = "") => {
    const name = element.tagName.toLowerCase() + (element.id ? "#" + element.id : "") + [...element.classList].slice(0, 2).map((each) => "." + each).join("");
    const words = `${rule}: ${name} “${(element.innerText || element.value || element.getAttribute("aria-label") || "").trim().split("\n")[0].slice(0, 30)}” ${more}`.trim();
    if (!seen.has(rule + name + more)) { seen.add(rule + name + more); found.push(words); }
  };
  const isShown = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && element.getClientRects().length > 0;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const still = new CSSStyleSheet(); still.replaceSync("*, ::before, ::after { transition: none !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
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
  // What goes on with a click goes on with the keyboard: a hand over something means a link, a button or a label; what a chart leads to is a link on the page too.
  const focusable = "a[href], button, input, select, textarea, summary, [tabindex]";
  for (const each of all("main *, header *")) if (getComputedStyle(each).cursor === "pointer" && !each.closest(`${focusable}, label, [role=listbox], canvas, [data-chart]`) && isShown(each)) say("a hand, but no key", each);
  for (const each of all("[data-chart]")) {
    if (!named(each) && !each.closest("figure, .card")?.querySelector("h2, h3, figcaption")) say("chart without a name", each);
    const { links = [] } = JSON.parse(document.getElementById(each.dataset.chart).textContent), there = new Set(all("a[href]").flatMap((link) => [link.getAttribute("href"), link.pathname]));
    const lost = (links || []).filter((link) => link && !there.has(link) && !there.has(link.replace(/[^/]+\/$/, "")) && link.split("?")[0] !== location.pathname);  // the same, or its list, is a link here; or a filter of this very page
    if (lost.length) say("a chart leads where no link does", each, lost[0]);
  }
  // Text of the other language says so: Chinese on an English page, a sentence of English on a Chinese page; a title quoted within a sentence is a name.
  const many = (text, signs) => (text.match(signs) || []).length, isEnglish = document.documentElement.lang === "en";
  const isForeign = (text) => isEnglish ? 2 * many(text, /[\u4e00-\u9fff]/g) > Math.max(8, many(text, /[A-Za-z]/g)) : !/[\u4e00-\u9fff]/.test(text) && /(?:\b[A-Za-z]+ ){5,}[A-Za-z]+/.test(text);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (isForeign(texts.currentNode.data) && element.closest("[lang]") === document.documentElement && !element.closest("script, code, pre, [hidden]") && isShown(element)) say("language of a part", element);
  }
  // Contrast as rendered: 4.5, of large text 3; what is part-transparent is judged as it is seen; what cannot be used now is read too.
  const channel = (value) => { const part = value / 255; return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; };
  const luminance = ([red, green, blue]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true }), known = new Map();
  const colour = (text) => {
    if (!known.has(text)) { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = "#000"; canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1); const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; known.set(text, [r, g, b, a / 255]); }
    return known.get(text);
  };
  const over = (top, under) => [0, 1, 2].map((place) => top[place] * top[3] + under[place] * (1 - top[3]));
  const ratioOf = (one, two) => { const [light, dark] = [luminance(one), luminance(two)].sort((left, right) => right - left); return (light + 0.05) / (dark + 0.05); };
  let grounds = new Map();
  const ground = (element) => {  // what lies behind an element's text; how much of the text is seen, and what shines through it
    if (!element) return { under: [255, 255, 255], share: 1, behind: [255, 255, 255] };
    if (!grounds.has(element)) {
      const style = getComputedStyle(element), parent = ground(element.parentElement), opacity = Number(style.opacity);
      const seen = { share: parent.share * opacity, behind: opacity < 1 && parent.share === 1 ? parent.under : parent.behind };
      grounds.set(element, { ...seen, under: over(faded(colour(style.backgroundColor), seen), parent.under) });
    }
    return grounds.get(element);
  };
  const faded = (ink, { share, behind }) => [...[0, 1, 2].map((place) => ink[place] * share + behind[place] * (1 - share)), ink[3]];
  const judge = (element, style, when, ...more) => {
    const seen = ground(element), size = parseFloat(style.fontSize), ratio = ratioOf(over(faded(colour(style.color), seen), seen.under), seen.under);
    const least = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700 ? 3 : 4.5;
    if (ratio < least - 0.005) say(`contrast${when}`, element, [...more, `${ratio.toFixed(2)} < ${least} ${style.color} on ${seen.under.map(Math.round)}`].join(" "));
  };
  const read = (when, within = document.body) => {
    const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT), judged = new Set();
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || judged.has(element) || /^(SCRIPT|STYLE|NOSCRIPT|OPTION)$/.test(element.tagName) || !isShown(element) || element.closest("[data-chart], svg, .visually-hidden, .skip")) continue;
      judged.add(element);
      judge(element, getComputedStyle(element), when);
    }
    for (const each of all("input:not([type=hidden], [type=checkbox], [type=radio], [type=range]), select, textarea", within)) if (isShown(each)) {
      judge(each, getComputedStyle(each), when);
      if (each.placeholder) judge(each, getComputedStyle(each, "::placeholder"), when, "placeholder");
    }
  };
  read("");
  // A field's edge is seen against what it lies on.
  for (const each of all("input:not([type=hidden], [type=range], [type=file]), select, textarea")) if (isShown(each) && !each.disabled && each !== document.activeElement && getComputedStyle(each).appearance === "none") {
    const style = getComputedStyle(each), { under } = ground(each.parentElement), edge = over(colour(style.borderTopColor), under), fill = over(colour(style.backgroundColor), under);
    if (Math.max(parseFloat(style.borderTopWidth) ? ratioOf(edge, under) : 1, ratioOf(fill, under)) < 2.995) say("edge of a field", each, `${ratioOf(edge, under).toFixed(2)} < 3`);
  }
  // Words drawn in charts, on the white of the page or on the bar they lie on.
  for (const each of all("[data-chart]")) {
    const { under } = ground(each), drawn = (window.echarts?.getInstanceByDom(each)?.getZr().storage.getDisplayList(true) || []).filter((part) => !part.invisible);
    drawn.forEach((part, place) => {
      if (part.type !== "tspan" || !String(part.style.text).trim()) return;
      const box = part.getBoundingRect().clone(); part.transform && box.applyTransform(part.transform);
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const below = drawn.slice(0, place).reverse().find((one) => /^(rect|sector)$/.test(one.type) && one.style.fill && one.style.fill !== "none" && one.contain(x, y));
      const lies = below ? over(colour(below.style.fill), under) : under, ratio = ratioOf(over(colour(part.style.fill), lies), lies);
      if (ratio < 4.495) say("contrast in a chart", each, `“${part.style.text}” ${ratio.toFixed(2)} ${part.style.fill} on ${lies.map(Math.round)}`);
    });
  }
  if (!whole) return found;
  // With everything hovered, then everything focused: the rules of the sheets are made to hold for a class too.
  const widened = (rules) => { for (const rule of rules) {
    if (rule.selectorText && /:(hover|focus|focus-visible)(?![\w-])/.test(rule.selectorText)) rule.selectorText = rule.selectorText.replace(/:hover(?![\w-])/g, ":is(:hover, .is-hovered)").replace(/:focus(-visible)?(?![\w-])/g, ":is(:focus$1, .is-focused)");
    if (rule.cssRules) widened(rule.cssRules);
  } };
  for (const sheet of document.styleSheets) widened(sheet.cssRules);
  const touched = all("a, button, summary, input, select, textarea, tr, li, label, .card").filter(isShown);
  for (const state of ["is-hovered", "is-focused"]) {
    for (const each of touched) each.classList.add(state);
    grounds = new Map(); read(` ${state}`);
    for (const each of touched) each.classList.remove(state);
  }
  // Focus: after a key was pressed, every control takes it, shows it, and lies in sight.
  const top = document.querySelector("header.top"), covered = top && getComputedStyle(top).position === "sticky" ? top.getBoundingClientRect().bottom : 0, looks = new Map();
  for (const each of all(focusable)) {
    if (!isShown(each) || each.disabled || each.tabIndex < 0 || each.matches(".skip")) continue;
    const kind = each.tagName + each.className + each.type + (each.closest("header") ? "top" : "");
    if (looks.has(kind) && looks.get(kind) > 2) continue;  // the same dress three times is enough
    looks.set(kind, (looks.get(kind) || 0) + 1);
    each.focus();
    const style = getComputedStyle(each), box = each.getBoundingClientRect();
    if (document.activeElement !== each) say("takes no focus", each);
    else if (!(parseFloat(style.outlineWidth) >= 1 && style.outlineStyle !== "none" || style.boxShadow !== "none")) say("no focus to be seen", each);
    else if (!each.closest("header") && box.height && box.bottom <= covered) say("focus under the head of the page", each);
    else if (style.boxShadow === "none" && ratioOf(over(colour(style.outlineColor), ground(each).under), ground(each.parentElement).under) < 2.995) say("faint focus", each, style.outlineColor);
  }
  return found;
}
