// The note page: the device keeps what is not saved yet, and a few keys. The muscles are
// checklist.js; everything else is the server's: each save answers with the summary.
"use strict";

/* What came from the last note is marked until somebody looks at it */
const copyOf = (name) => $(`id_${name}`) ?? (name === "diagnoses" ? $("diagnosis-picker") : siteOf(name));
for (const input of all("#copied input")) copyOf(input.value)?.classList.add("copied");
form.addEventListener("focusin", (event) => {
  const marked = event.target.closest(".copied");
  const input = marked && all("#copied input").find((each) => copyOf(each.value) === marked);
  marked?.classList.remove("copied");
  if (input) { input.remove(); changed(event.target); }
});

const typing = (element) => element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");

/* What is typed is kept on the device until the server has it */
const kept = `filiform:${document.body.dataset.user}:note:${form.dataset.note}`;
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "revision", "theirs", "diagnosis_query", "other_name", "other_side"]);
let edits = 0;
let sent = 0;
let saving = false;
let leaving = false; // a press that leads away was posted
let next = ""; // the id of the button that was pressed during a save
const revision = () => document.querySelector("#summary [name=revision]");

function keep() {
  const fields = [...new FormData(form)].filter(([name]) => !NOT_KEPT.has(name));
  localStorage.setItem(kept, JSON.stringify({ revision: revision()?.value, fields }));
}

function edited(event) {
  if (!event.target.name || NOT_KEPT.has(event.target.name)) return;
  edits += 1;
  keep();
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
  document.addEventListener("DOMContentLoaded", () => htmx.trigger(form, "save")); // when htmx listens
}

function say(words) {
  $("offline").textContent = words;
  $("offline").hidden = !words;
}

form.addEventListener("input", edited);
form.addEventListener("change", edited);
const saves = (event) => event.detail.requestConfig.path.startsWith(form.getAttribute("action"));
document.addEventListener("htmx:beforeRequest", (event) => { if (saves(event)) { sent = edits; saving = true; } });
document.addEventListener("htmx:afterRequest", (event) => {
  if (!saves(event)) return;
  const { xhr } = event.detail;
  const saved = xhr.status >= 200 && xhr.status < 300; // htmx calls none successful that leads away
  saving = false;
  if (saved) {
    say("");
    if (edits === sent) localStorage.removeItem(kept);
    else keep(); // what was typed meanwhile builds on the new revision
  } else if ([409, 422].includes(xhr.status)) say(""); // the summary says why
  else if (xhr.status === 401) {
    say("Your sign-in has ended. ");
    const link = { href: `/accounts/login/?next=${encodeURIComponent(location.pathname)}`, textContent: "Sign in again" };
    $("offline").append(Object.assign(document.createElement("a"), link), ": what you typed is kept on this device and comes back.");
    $("save-state").textContent = "Kept on this device, not saved yet";
  } else {
    say(xhr.status === 0 ? "No connection." : xhr.status >= 500 ? "The server could not save just now." : "This page can no longer save: load it again.");
    $("offline").append(" What you type is kept on this device and saved as soon as it can be.");
    $("save-state").textContent = "Kept on this device, not saved yet";
  }
  if (!saved) { leaving = false; next = ""; }
});

/* One post after the other. A press that leads away has posted all there is: a save behind it would
   be stale. It waits for a save under way, which swaps the pressed button for a new one. */
document.addEventListener("htmx:confirm", (event) => {
  const { elt, triggeringEvent } = event.detail;
  if (elt.matches("#review-button, #keep-mine, #keep-theirs")) {
    if (!saving) leaving = true;
    else { next = elt.id; event.preventDefault(); }
  } else if (elt === form && triggeringEvent?.submitter?.name) leaving = true;
  else if (elt === form && (leaving || next)) event.preventDefault();
});
document.addEventListener("htmx:afterSettle", () => {
  const pressed = $(next);
  if (saving || !pressed) return;
  next = "";
  pressed.click();
});
// htmx posts the button that has the focus along with the form: only a press may count. And a
// muscle's name that is still being typed is no muscle yet.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters, triggeringEvent } = event.detail;
  if (elt === form && triggeringEvent?.type !== "submit") {
    for (const button of form.elements) if (button.type === "submit" && button.name) delete parameters[button.name];
    event.detail.path = form.getAttribute("action");
  }
  if (parameters.add_other === undefined && parameters.review === undefined) delete parameters.other_name;
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
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); // its revision is old
setInterval(again, 8000);
document.addEventListener("visibilitychange", () => { if (document.hidden && edits !== sent) htmx.trigger(form, "save"); });

/* Keys: 1 and 0 within a breath are ten */
let one = 0;
function painKey(scale, digit) {
  const value = digit === "0" && Date.now() - one < 700 ? "10" : digit;
  one = digit === "1" ? Date.now() : 0;
  const choice = scale.querySelector(`[value="${value}"]`);
  choice.click();
  choice.focus();
}
document.addEventListener("keydown", (event) => {
  const pain = event.target.closest?.("[data-pain]");
  if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); htmx.trigger(form, "save"); }
  else if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { event.preventDefault(); $("review-button")?.click(); }
  else if (event.ctrlKey || event.metaKey || event.altKey) return;
  else if (pain && /^\d$/.test(event.key)) painKey(pain, event.key);
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

restore();
show();
