// What makes the office's pages pleasanter; each works without.

// A link is copied with one press; without a script its text can be selected.
function copies(button) {
  const field = document.getElementById(button.dataset.copy);
  const status = document.querySelector(`[data-copied="${button.dataset.copy}"]`);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    status.textContent = "Copied.";
  });
}

// Moments are written in UTC; here they are the reader's own.
function local(time) {
  const shown = "day" in time.dataset ? { dateStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" };
  time.title = time.textContent;
  time.textContent = new Intl.DateTimeFormat("en-US", shown).format(new Date(time.dateTime));
}

document.querySelectorAll("[data-copy]").forEach(copies);
document.querySelectorAll("time[datetime]").forEach(local);
