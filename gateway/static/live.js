// A page looks at parts of itself again when it is told that something changed; it works without.

async function refresh(ids, status) {
  const answer = await fetch(window.location.pathname + window.location.search, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ids) {
    const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
    if (!old || !now || old.innerHTML === now.innerHTML) continue;
    // What somebody is about to press or fill in stays as it is.
    if (!old.contains(document.activeElement) || document.activeElement === document.body) {
      old.replaceChildren(...now.childNodes);
      status.textContent = "This page was updated.";
    }
  }
}

function follow(place) {
  const ids = place.dataset.followParts.split(" ");
  const status = document.createElement("p");
  status.className = "unseen";
  status.setAttribute("role", "status");
  place.append(status);
  let source = null;

  function open() {
    if (source || document.hidden) return;
    source = new EventSource(place.dataset.follow);
    source.addEventListener("changed", () => refresh(ids, status).catch(() => {}));
    source.addEventListener("ended", close);
    // What goes on by itself may have gone on between the page and the stream.
    if ("followCatchUp" in place.dataset) source.addEventListener("open", () => refresh(ids, status).catch(() => {}));
  }

  function close() {
    if (source) source.close();
    source = null;
  }

  // A browser has few connections to a site: a page that nobody sees keeps none, and catches up when it is seen.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
    } else {
      open();
      refresh(ids, status).catch(() => {});
    }
  });
  window.addEventListener("pagehide", close);
  open();
}

document.querySelectorAll("[data-follow]").forEach(follow);
