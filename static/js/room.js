// The room: reading comes before answering, a form is sent once, and a tablet that nobody touches goes dark.
"use strict";
{
  // Other tabs of this tablet may still show what staff had open: they take this for a sign-out (app.js).
  const isKiosk = "kiosk" in document.body.dataset;
  if (isKiosk) {
    localStorage.setItem("filiform-signed-out", Date.now());
    // What staff typed and had not saved yet is a patient's: as at any sign-out, it does not stay behind.
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("filiform:")) localStorage.removeItem(key);
    }
  }

  // A page that the browser kept for its Back button is asked for again.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());

  // Reading. Without a script the answer stands below the text anyway.
  const answering = document.querySelector("[data-after-reading]");
  const end = document.querySelector("[data-end]");
  if (answering && end) {
    const hint = document.querySelector("[data-read-first]");
    // What unfolds is no part of the form: it has to be locked by itself.
    const folded = answering.querySelectorAll("summary");
    answering.disabled = true;
    hint.hidden = false;
    for (const summary of folded) summary.tabIndex = -1;
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      answering.disabled = false;
      hint.hidden = true;
      for (const summary of folded) summary.removeAttribute("tabindex");
    });
    seen.observe(end);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-send-once]")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });

  // Going dark.
  const WARN_AFTER = 40_000, DARK_AFTER = 60_000; // ms
  const { dark, home, token } = document.body.dataset;
  if (dark) {
    const question = document.querySelector("dialog");
    let touched = Date.now(), gone = false;
    const touch = () => {
      touched = Date.now();
    };
    // Closed by the end of a touch, not by its beginning: what lies below must not be hit by the rest of it.
    question.addEventListener("click", () => question.close());
    const look = () => {
      const idle = Date.now() - touched;
      if (idle >= DARK_AFTER) goDark();
      else if (idle >= WARN_AFTER && !question.open) question.showModal();
    };
    const goDark = async () => {
      if (gone) return;
      gone = true;
      document.body.replaceChildren(); // first of all: nobody else reads on, whatever the network does
      document.title = "Filiform";
      try {
        await fetch(dark, { method: "POST", headers: { "X-CSRFToken": token }, keepalive: true });
      } finally {
        location.replace(home);
      }
    };
    for (const name of ["pointerdown", "pointermove", "keydown", "input", "wheel", "touchmove", "scroll"]) {
      document.addEventListener(name, touch, { capture: true, passive: true });
    }
    document.addEventListener("visibilitychange", look);
    setInterval(look, 1000);
  }
}
