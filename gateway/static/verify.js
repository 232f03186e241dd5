// How far the upload has got, for a document may be large and the line slow; without this the page works as well.

function start() {
  const form = document.querySelector("form[data-uploads]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, form.querySelector("[data-progress]"));
  });
}

function send(form, place) {
  const bar = place.querySelector("progress");
  const request = new XMLHttpRequest();
  place.hidden = false;
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    // The last part is the checking, and of that nobody knows how long it takes.
    if (loaded < total) bar.value = loaded / total;
    else bar.removeAttribute("value");
  });
  request.addEventListener("load", () => show(new DOMParser().parseFromString(request.responseText, "text/html")));
  // The browser's own way says what is wrong with the connection.
  request.addEventListener("error", () => HTMLFormElement.prototype.submit.call(form));
  request.open("POST", form.action);
  request.send(new FormData(form));
}

function show(answer) {
  const told = answer.querySelector("main");
  document.title = answer.title;
  document.querySelector("main").replaceWith(told);
  (told.querySelector("[role=alert], [tabindex='-1']") || told).focus();
  if (told.querySelector("form[data-uploads]")) start();
}

start();
