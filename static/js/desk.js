// All or none of the documents of a list, as many as one file may hold.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-tick]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const most = Number(button.dataset.tick);
      document.querySelectorAll('input[name="document"]').forEach((box, place) => (box.checked = place < most));
    });
  }
});
