// Formats card fields while typing and keeps the form from being sent twice; the page works without.
"use strict";

const form = document.getElementById("entry");
form.addEventListener("input", (event) => CardInput.format(event.target, event.inputType?.startsWith("delete")));
form.addEventListener("submit", (event) => {
  // A disabled button's value is not sent, so the one that was pressed is disabled only after the form has gone.
  setTimeout(() => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    event.submitter.textContent = "Processing…";
  });
});
window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
