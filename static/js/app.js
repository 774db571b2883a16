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
  document.querySelector("[data-sign-out]")?.addEventListener("submit", () => forget());
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

// A signed-out session must not swap a sign-in page into a part: say so instead.
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status !== 401) return;
  const note = document.getElementById("messages");
  note.innerHTML = "";
  const line = document.createElement("p");
  line.className = "notice stop";
  line.append("Your sign-in has ended. ");
  const link = document.createElement("a");
  link.href = `/accounts/login/?next=${encodeURIComponent(location.pathname)}`;
  link.textContent = "Sign in again";
  line.append(link, "; what you typed in a note is kept on this device.");
  note.append(line);
});
