// The checklist of muscles: tabs and search choose what is shown, a tick brings its site row.
"use strict";

const form = document.getElementById("note-form");
const $ = (id) => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const changed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

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
      const made = $("site-template").content.cloneNode(true);
      for (const element of all("*", made)) {
        for (const { name, value } of element.attributes) element.setAttribute(name, value.replaceAll("__key__", box.value));
      }
      made.querySelector("legend b").textContent = box.dataset.label;
      $("site-rows").append(made);
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
$("other_name").addEventListener("keydown", (event) => {
  if (event.key === "Enter") { event.preventDefault(); form.querySelector("[name=add_other]").click(); }
});

/* Small conveniences: steppers, phrases, further rows */
form.addEventListener("click", (event) => {
  const { step, fill, append, addRow, measure, unit, sum } = event.target.closest("button")?.dataset ?? {};
  if (step) {
    const field = event.target.parentElement.querySelector("input");
    field.value = Math.min(99, Math.max(0, Number(field.value) + Number(step)));
    changed(field);
  } else if (fill || append) {
    const field = $(fill || append);
    const phrase = (event.target.closest("button").querySelector("[hidden]") ?? event.target.closest("button")).textContent.trim();
    if (append && field.value.includes(phrase)) return;
    field.value = append && field.value.trim() ? `${field.value.trim()} ${phrase}` : phrase;
    changed(field);
  } else if (sum) {
    const counts = all("#site-rows > .site:not([hidden]) .stepper input").map((each) => Number(each.value));
    $(sum).value = counts.reduce((total, each) => total + each, 0);
    changed($(sum));
  } else if (measure) {
    const row = all("#measures .row-fields").find((each) => !each.querySelector("[name$=name]").value);
    if (!row) return;
    row.classList.remove("spare");
    row.querySelector("[name$=name]").value = measure;
    row.querySelector("[name$=unit]").value = unit;
    row.querySelector("[name$=side]").focus();
    changed(row.querySelector("[name$=name]"));
  } else if (addRow) {
    const row = $(addRow).querySelector(".spare");
    row?.classList.remove("spare");
    row?.querySelector("input")?.focus();
    event.target.hidden = !$(addRow).querySelector(".spare");
  }
});

syncSites();
show();
