// The inside of an element: validates what is typed, tells the page only states, and makes payment methods.
"use strict";

const settings = JSON.parse(decodeURIComponent(window.location.hash.slice(1)));
const form = document.getElementById("fields");
const touched = new Set();

function tell(message) {
  // Only states and payment method ids go out, never what was typed, so any page may hear them.
  window.parent.postMessage({ ...message, id: settings.id }, "*");
}

const kind = () => (settings.types.length > 1 ? form.kind.value : settings.types[0]);
const panel = () => Panels[kind()];
const active = () => panel().inputs(settings.options);
const problemOf = (input) => panel().problem(input.name, input.value);

function applyOptions(options) {
  settings.options = options;
  document.body.classList.toggle("compact", settings.kind === "card");
  document.body.classList.toggle("without-postal", Boolean(options.hidePostalCode));
  const names = { colorPrimary: "primary", colorText: "text", colorDanger: "danger", colorBackground: "background",
                  borderRadius: "radius" };
  for (const [name, value] of Object.entries(options.appearance?.variables || {})) {
    if (names[name]) document.documentElement.style.setProperty(`--${names[name]}`, value);
  }
  for (const input of form.querySelectorAll("input")) input.disabled = Boolean(options.disabled);
  document.getElementById("business").textContent = options.business?.name || "this business";
}

function showPanel() {
  document.getElementById("kinds").hidden = settings.types.length < 2;
  for (const name of Object.keys(Panels)) document.getElementById(name).hidden = name !== kind();
  document.getElementById("numbers").hidden = form.verification.value !== "microdeposits";
}

function firstProblem() {
  for (const input of active()) {
    const problem = problemOf(input);
    if (problem && touched.has(input.name)) return { type: "validation_error", code: problem[0], message: problem[1] };
  }
  return undefined;
}

function report() {
  const error = firstProblem();
  for (const input of active()) {
    const bad = touched.has(input.name) && problemOf(input);
    input.setAttribute("aria-invalid", String(Boolean(bad)));
  }
  document.getElementById("error").textContent = error?.message || "";
  const brand = panel().brand();
  document.getElementById("brand").textContent = brand === "unknown" ? "" : brand;
  const complete = active().every((input) => !problemOf(input));
  const empty = active().every((input) => !input.value);
  tell({ type: "change", state: { complete, empty, error, brand, kind: kind() } });
  resize();
}

function resize() {
  tell({ type: "height", height: Math.ceil(form.getBoundingClientRect().height) });
}

async function tokenize({ request, key, account, billing }) {
  const details = panel().billing(billing);
  const body = new URLSearchParams(panel().details());
  for (const [name, value] of Object.entries(details)) {
    if (name !== "address" && value) body.append(`billing_details[${name}]`, value);
  }
  for (const [name, value] of Object.entries(details.address || {})) {
    if (value) body.append(`billing_details[address][${name}]`, value);
  }
  const headers = { Authorization: `Bearer ${key}`, "Stripe-Account": account };
  try {
    const answer = await fetch("/v1/payment_methods", { method: "POST", headers, body });
    tell({ type: "tokenized", request, body: await answer.json() });
  } catch {
    const message = "We are experiencing issues connecting to our payments provider.";
    tell({ type: "tokenized", request, body: { error: { type: "api_connection_error", message } } });
  }
}

const commands = {
  tokenize,
  focus: () => (active().find(problemOf) || active()[0]).focus(),
  blur: () => document.activeElement.blur(),
  clear: () => { form.reset(); touched.clear(); showPanel(); report(); },
  options: ({ options }) => { applyOptions(options); resize(); },
  validate: () => { active().forEach((input) => touched.add(input.name)); report(); commands.focus(); },
};

window.addEventListener("message", (event) => {
  if (event.source === window.parent && event.data.id === settings.id) commands[event.data.type]?.(event.data);
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", (event) => {
  if (event.target.type === "radio") showPanel();
  else panel().format(event.target, event.inputType?.startsWith("delete"));
  report();
});
form.addEventListener("focusin", () => tell({ type: "focus" }));
form.addEventListener("focusout", (event) => {
  if (event.target.value && event.target.type !== "radio") touched.add(event.target.name);
  report();
  if (!event.relatedTarget) tell({ type: "blur" });
});
form.addEventListener("keydown", (event) => event.key === "Escape" && tell({ type: "escape" }));
new ResizeObserver(resize).observe(form);

applyOptions(settings.options);
showPanel();
resize();
tell({ type: "ready" });
