// What makes every page pleasanter; each page works without.

// A form is sent once, however often its button is pressed.
function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const button = event.submitter;
    // Only after the browser has read the form, for a disabled button's own value is not sent.
    setTimeout(() => button && markBusy(button));
  });
}

function markBusy(button) {
  button.dataset.label = button.innerHTML;
  button.disabled = true;
  if (button.dataset.busy) button.textContent = button.dataset.busy;
}

// A page that comes back out of the browser's memory can be used again.
function wake() {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.elements) {
      if (!button.dataset.label) continue;
      button.disabled = false;
      button.innerHTML = button.dataset.label;
      delete button.dataset.label;
    }
  }
}

// Asks the server what the page says for the fields as they are now, and shows the parts that it changes.
function keepCurrent(form) {
  const names = form.dataset.live.split(" ");
  const parts = form.dataset.liveParts.split(" ");
  let asked = 0;
  let timer;

  async function refresh() {
    const turn = (asked += 1);
    const values = [...new FormData(form)].filter(([name]) => names.includes(name));
    const address = `${form.dataset.liveFrom || window.location.pathname}?${new URLSearchParams(values)}`;
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok || turn !== asked) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of parts) {
      const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
      if (old && now) old.replaceChildren(...now.childNodes);
    }
  }

  function later(event) {
    if (!names.includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(() => refresh().catch(() => {}), event.type === "input" ? 350 : 0);
  }

  form.addEventListener("change", later);
  form.addEventListener("input", later);
}

// A part that belongs to one answer of a question is shown with that answer.
function showWith(part) {
  const [name, value] = part.dataset.shownWith.split("=");
  const form = part.closest("form");
  const update = () => { part.hidden = form.elements[name].value !== value; };
  form.addEventListener("change", update);
  update();
}

// Menus close when one looks elsewhere, or with Escape.
function closeElsewhere(menu) {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// A payment that is not decided yet is looked at again from time to time, for two minutes.
function watch(place) {
  const until = Date.now() + 120000;
  const look = async () => {
    const answer = await fetch(window.location.href).catch(() => null);
    if (!answer) return later();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = fresh.querySelector("[data-watch]");
    return now && now.dataset.watch !== place.dataset.watch ? window.location.reload() : later();
  };
  const later = () => { if (Date.now() < until) setTimeout(look, 4000); };
  later();
}

document.querySelectorAll("form[data-once]").forEach(sendOnce);
document.querySelectorAll("form[data-live]").forEach(keepCurrent);
document.querySelectorAll("[data-shown-with]").forEach(showWith);
document.querySelectorAll("details:not([data-stays])").forEach(closeElsewhere);
document.querySelectorAll("[data-open='yes']").forEach(watch);
window.addEventListener("pageshow", (event) => event.persisted && wake());
