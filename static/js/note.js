// The note page: ticks make site rows, the device keeps what is not saved yet, a few keys.
// Everything else is the server's: each save answers with the summary.
"use strict";

const form = document.getElementById("note-form");
const $ = (id) => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const typing = (element) => element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");

/* Muscles: tabs and search choose what is shown, a tick brings its site row */
const search = $("muscle-search");
const muscles = all(".muscle[data-region]");
const SIDES = { r: "right", right: "right", l: "left", left: "left", b: "both", both: "both" };

function wanted() {
  const words = search.value.toLowerCase().split(/[\s,]+/).filter(Boolean);
  const at = words.length > 1 ? [words.length - 1, 0].find((i) => SIDES[words[i]]) : undefined;
  return { side: at === undefined ? "" : SIDES[words.splice(at, 1)[0]], words };
}

function show() {
  const { words } = wanted();
  const region = form.querySelector(".region-tabs [aria-pressed=true]").dataset.region;
  for (const row of muscles) {
    const names = row.dataset.words.split(/[\s,]+/);
    const fits = words.length
      ? words.every((word) => names.some((name) => name.startsWith(word)))
      : region === "first" ? "first" in row.dataset || row.querySelector(":checked") : row.dataset.region === region;
    row.hidden = !fits;
  }
  $("no-muscle-found").hidden = !words.length || muscles.some((row) => !row.hidden);
}

function tickFirst() {
  const { side } = wanted();
  const row = muscles.find((each) => !each.hidden);
  if (!row) return;
  const boxes = all("[name=needled]", row);
  const chosen = boxes.length === 1 || side === "both" ? boxes : boxes.filter((box) => side && box.id.endsWith(`-${side}`));
  if (!chosen.length) { boxes[0].focus(); return; }
  for (const box of chosen) if (!box.checked) box.click();
  search.value = "";
  show();
}

function siteOf(key) {
  return all("#site-rows > .site").find((row) => row.dataset.key === key);
}

function syncSites() {
  for (const box of all("[name=needled]")) {
    let row = siteOf(box.value);
    if (!row && box.checked && box.dataset.label) {
      const made = document.createElement("template");
      made.innerHTML = $("site-template").innerHTML.replaceAll("__key__", box.value).replaceAll("__label__", box.dataset.label);
      $("site-rows").append(made.content);
      row = siteOf(box.value);
    }
    if (row) row.hidden = row.disabled = !box.checked;
  }
  $("no-site").hidden = Boolean(document.querySelector("#site-rows > .site:not([hidden])"));
}

form.querySelector("#muscles").classList.add("filtered");
form.querySelector(".region-tabs").addEventListener("click", (event) => {
  const tab = event.target.closest("[data-region]");
  if (!tab) return;
  for (const each of tab.parentElement.children) each.setAttribute("aria-pressed", each === tab);
  search.value = "";
  show();
});
search.addEventListener("input", (event) => { event.stopPropagation(); show(); });
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter") { event.preventDefault(); tickFirst(); }
});
form.addEventListener("change", (event) => { if (event.target.name === "needled") syncSites(); });

/* Small conveniences: steppers, phrases, further rows */
form.addEventListener("click", (event) => {
  const { step, fill, append, addRow } = event.target.closest("button")?.dataset ?? {};
  if (step) {
    const field = event.target.parentElement.querySelector("input");
    field.value = Math.min(99, Math.max(0, Number(field.value) + Number(step)));
    changed(field);
  } else if (fill || append) {
    const field = $(fill || append);
    const phrase = (event.target.closest("button").querySelector("[hidden]") ?? event.target.closest("button")).textContent.trim();
    field.value = append && field.value.trim() ? `${field.value.trim()} ${phrase}` : phrase;
    changed(field);
  } else if (addRow) {
    const row = $(addRow).querySelector(".spare");
    row?.classList.remove("spare");
    row?.querySelector("input")?.focus();
    event.target.hidden = !$(addRow).querySelector(".spare");
  }
});
const changed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

/* What is typed is kept on the device until the server has it */
const kept = `filiform:${document.body.dataset.user}:note:${form.dataset.note}`;
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "revision", "theirs", "diagnosis_query", "other_name", "other_side"]);
let edits = 0;
let sent = 0;
const revision = () => document.querySelector("#summary [name=revision]");

function keep() {
  edits += 1;
  const fields = [...new FormData(form)].filter(([name]) => !NOT_KEPT.has(name));
  localStorage.setItem(kept, JSON.stringify({ revision: revision()?.value, fields }));
}

function restore() {
  const copy = JSON.parse(localStorage.getItem(kept) ?? "null");
  if (!copy) return;
  const left = copy.fields.map(([name, value]) => ({ name, value, used: false }));
  const take = (name, value) => left.find((each) => !each.used && each.name === name && (value === undefined || each.value === value));
  const use = (found) => { if (found) found.used = true; return found; };
  for (const box of all("[name=needled]", form)) box.checked = Boolean(use(take("needled", box.value)));
  syncSites();
  for (const field of form.elements) {
    if (!field.name || field.name === "needled" || field.type === "hidden" || NOT_KEPT.has(field.name)) continue;
    if (field.matches("[type=checkbox], [type=radio]")) field.checked = Boolean(use(take(field.name, field.value)));
    else field.value = use(take(field.name))?.value ?? "";
    if (field.value && typing(field)) field.closest(".spare")?.classList.remove("spare");
  }
  for (const { name, value } of left.filter((each) => !each.used && ["diagnosis", "needled"].includes(each.name))) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  revision().value = copy.revision;
  say("Restored what was typed on this device; saving it now.");
  edits += 1;
  htmx.trigger(form, "save");
}

function say(words) {
  $("offline").textContent = words;
  $("offline").hidden = !words;
}

form.addEventListener("input", keep);
form.addEventListener("change", keep);
form.addEventListener("htmx:beforeRequest", (event) => { if (event.target === form) sent = edits; });
form.addEventListener("htmx:afterRequest", (event) => {
  if (event.target !== form) return;
  const { successful, xhr } = event.detail;
  if (successful) {
    say("");
    if (edits === sent) localStorage.removeItem(kept);
  } else if (xhr.status === 0 || xhr.status >= 500) {
    say(xhr.status ? "The server could not save just now." : "No connection.");
    $("offline").append(" What you type is kept on this device and saved as soon as it can be.");
    $("save-state").textContent = "Kept on this device, not saved yet";
  }
});
document.addEventListener("htmx:afterSwap", () => {
  for (const old of all(".field-error.from-save")) { old.previousElementSibling?.removeAttribute("aria-invalid"); old.remove(); }
  for (const error of all("[data-error-for]")) {
    const field = $(error.dataset.errorFor);
    field?.setAttribute("aria-invalid", "true");
    field?.insertAdjacentElement("afterend", Object.assign(document.createElement("span"), { className: "field-error from-save", textContent: error.dataset.message }));
  }
});
const again = () => { if (localStorage.getItem(kept) && !$("offline").hidden) htmx.trigger(form, "save"); };
window.addEventListener("online", again);
setInterval(again, 8000);
document.addEventListener("visibilitychange", () => { if (document.hidden && edits !== sent) htmx.trigger(form, "save"); });

/* Keys */
document.addEventListener("keydown", (event) => {
  const pain = event.target.closest?.("[data-pain]");
  if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); htmx.trigger(form, "save"); }
  else if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { event.preventDefault(); $("review-button")?.click(); }
  else if (event.ctrlKey || event.metaKey || event.altKey) return;
  else if (pain && /^\d$/.test(event.key)) pain.querySelector(`[value="${event.key}"]`).click();
  else if (typing(event.target)) return;
  else if (event.key === "/") { event.preventDefault(); search.focus(); }
  else if (event.key === "?") $("keys").showModal();
});
form.querySelector("[data-keys]").addEventListener("click", () => $("keys").showModal());
// A link to a field inside a closed part opens it, and the field takes the focus.
document.addEventListener("click", (event) => {
  const target = event.target.closest("a[href^='#']") && $(event.target.closest("a").hash.slice(1));
  target?.closest("details")?.setAttribute("open", "");
  target?.focus();
});

syncSites();
show();
restore();
