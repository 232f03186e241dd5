// Formats the card fields while typing and keeps the form from being sent twice; the page works without.
"use strict";

const form = document.getElementById("card-form");
form.addEventListener("input", (event) => CardInput.format(event.target, event.inputType?.startsWith("delete")));
form.addEventListener("submit", () => {
  const button = form.querySelector("button");
  button.disabled = true;
  button.textContent = "Processing…";
});
window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
