// What every page needs: fresh time stamps need no script, sign-out wipes what this device kept.
"use strict";

const KEPT = "filiform:";

/** Removes what the device keeps of unsaved notes, for everybody or for all but one user. */
function forget({ except } = {}) {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(KEPT) && !(except && key.startsWith(`${KEPT}${except}:`))) localStorage.removeItem(key);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const user = document.body.dataset.user;
  if (user) forget({ except: user });
});

// Two clicks are one: a form that leaves the page is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent));

// The steps of a visit come into one menu, which stands beside the link that asked for them. It stays
// open while the list behind it renews itself, and closes when a step was taken.
let opener = "";
document.addEventListener("htmx:afterSwap", (event) => {
  const menu = document.getElementById("visit-menu");
  const by = event.detail.requestConfig?.elt;
  if (!menu || !by) return;
  const opens = event.detail.target === menu;
  const open = opens || (menu.matches(":popover-open") && !menu.contains(by));
  if (opens) opener = by.id;
  const link = document.getElementById(opener);
  if (open) link?.setAttribute("aria-expanded", "true");
  menu.togglePopover(open && link !== null);
});
document.addEventListener("toggle", (event) => {
  if (event.target.id !== "visit-menu" || event.newState === "open") return;
  const link = document.getElementById(opener);
  link?.removeAttribute("aria-expanded");
  // Where the list renewed itself meanwhile, the link is another one; after the last step there is none.
  const next = link ?? document.getElementById(opener.replace("menu", "chart"));
  if (document.activeElement === document.body || event.target.contains(document.activeElement)) next?.focus({ preventScroll: true });
}, true);

// Whoever comes by later must not read what was left open: when the sign-in has ended, so has the page.
// Only a note that is not saved yet stays, as it is the only copy that its writer can see.
const SIGNED_OUT = "filiform-signed-out"; // when somebody last signed out here, for the other tabs
const isUnsaved = (form) => localStorage.getItem(`${KEPT}${document.body.dataset.user}:note:${form.dataset.note}`) !== null;

let ended = false;
function endPage(words, { also = "", keepUnsaved = true } = {}) {
  if (ended) return; // the link stays the one that is being pressed
  const line = document.createElement("p");
  line.className = "notice stop signed-out";
  const link = document.createElement("a");
  link.href = `/accounts/login/?next=${encodeURIComponent(location.pathname)}`;
  link.textContent = "Sign in again";
  line.append(`${words} `, link, also);
  const messages = document.getElementById("messages");
  if (keepUnsaved && [...document.querySelectorAll("form[data-note]")].some(isUnsaved)) {
    if (!messages.querySelector(".signed-out")) messages.replaceChildren(line);
    return;
  }
  ended = true;
  document.title = "Signed out · Filiform";
  messages.replaceChildren(line);
  const main = document.getElementById("main");
  main.replaceChildren(messages);
  document.body.replaceChildren(main);
}

document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401) endPage("Your sign-in has ended.", { also: "; what you typed in a note is kept on this device." });
});

// The session ends after so long without use, and this is how the page hears of it by itself.
let used = Date.now();
function checkIdle({ use = false } = {}) {
  const minutes = Number(document.body.dataset.idleMinutes);
  if (minutes && Date.now() - used >= minutes * 60_000) endPage("You were signed out.");
  else if (use) used = Date.now();
}
for (const name of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) {
  document.addEventListener(name, () => checkIdle({ use: true }), { capture: true, passive: true });
}
document.addEventListener("visibilitychange", () => checkIdle());
window.addEventListener("pageshow", () => checkIdle());
setInterval(checkIdle, 10_000);

// Signing out is meant for all tabs: none shows a patient or keeps a note any more.
document.addEventListener("submit", (event) => {
  if (new URL(event.target.getAttribute("action") || location.pathname, location).pathname !== "/accounts/logout/") return;
  forget();
  localStorage.setItem(SIGNED_OUT, Date.now());
});
window.addEventListener("storage", (event) => {
  if (event.key !== SIGNED_OUT || !document.body.dataset.user) return;
  endPage("You were signed out.", { keepUnsaved: false });
  forget(); // last, as a field that is taken away tells of its change first
  document.addEventListener("htmx:afterRequest", () => setTimeout(forget)); // a save that was under way
});
// A page that the browser kept for its Back button heard nothing of it, and the tablet may be a patient's by now.
const shownSince = Date.now();
window.addEventListener("pageshow", (event) => {
  if (!event.persisted || !document.body.dataset.user) return;
  if (Number(localStorage.getItem(SIGNED_OUT)) > shownSince) endPage("You were signed out.", { keepUnsaved: false });
});
