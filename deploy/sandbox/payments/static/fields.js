// The inside of an element: validates what is typed, tells the page only states, and makes payment methods.
"use strict";

const settings = JSON.parse(decodeURIComponent(window.location.hash.slice(1)));
const form = document.getElementById("fields");
const inputs = [...form.querySelectorAll("input")];
const touched = new Set();

function tell(message) {
  // Only states and payment method ids go out, never what was typed, so any page may hear them.
  window.parent.postMessage({ ...message, id: settings.id }, "*");
}

function active() {
  return inputs.filter((input) => input.name !== "postal" || !settings.options.hidePostalCode);
}

function applyOptions(options) {
  settings.options = options;
  document.body.classList.toggle("compact", settings.kind === "card");
  document.body.classList.toggle("without-postal", Boolean(options.hidePostalCode));
  const names = { colorPrimary: "primary", colorText: "text", colorDanger: "danger", colorBackground: "background",
                  borderRadius: "radius" };
  for (const [name, value] of Object.entries(options.appearance?.variables || {})) {
    if (names[name]) document.documentElement.style.setProperty(`--${names[name]}`, value);
  }
  for (const input of inputs) input.disabled = Boolean(options.disabled);
}

function firstProblem() {
  for (const input of active()) {
    const problem = CardInput.problem(input.name, input.value);
    if (problem && touched.has(input.name)) return { type: "validation_error", code: problem[0], message: problem[1] };
  }
  return undefined;
}

function report() {
  const error = firstProblem();
  for (const input of active()) {
    const bad = touched.has(input.name) && CardInput.problem(input.name, input.value);
    input.setAttribute("aria-invalid", String(Boolean(bad)));
  }
  document.getElementById("error").textContent = error?.message || "";
  const brand = CardInput.brandOf(CardInput.digits(form.number.value));
  document.getElementById("brand").textContent = brand === "unknown" ? "" : brand;
  const complete = active().every((input) => !CardInput.problem(input.name, input.value));
  const empty = active().every((input) => !input.value);
  tell({ type: "change", state: { complete, empty, error, brand } });
  resize();
}

function resize() {
  tell({ type: "height", height: Math.ceil(form.getBoundingClientRect().height) });
}

async function tokenize({ request, key, account, billing }) {
  const [month, year] = [form.expiry.value.slice(0, 2), form.expiry.value.slice(-2)];
  const details = { ...billing, address: { ...billing?.address, postal_code: form.postal.value || undefined } };
  const body = new URLSearchParams({
    type: "card", "card[number]": CardInput.digits(form.number.value), "card[exp_month]": month,
    "card[exp_year]": `20${year}`, "card[cvc]": form.cvc.value,
  });
  for (const [name, value] of Object.entries(details)) {
    if (name !== "address" && value) body.append(`billing_details[${name}]`, value);
  }
  for (const [name, value] of Object.entries(details.address)) {
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
  focus: () => (active().find((input) => CardInput.problem(input.name, input.value)) || form.number).focus(),
  blur: () => document.activeElement.blur(),
  clear: () => { form.reset(); touched.clear(); report(); },
  options: ({ options }) => { applyOptions(options); resize(); },
  validate: () => { active().forEach((input) => touched.add(input.name)); report(); commands.focus(); },
};

window.addEventListener("message", (event) => {
  if (event.source === window.parent && event.data.id === settings.id) commands[event.data.type]?.(event.data);
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", (event) => {
  CardInput.format(event.target, event.inputType?.startsWith("delete"));
  report();
});
form.addEventListener("focusin", () => tell({ type: "focus" }));
form.addEventListener("focusout", (event) => {
  if (event.target.value) touched.add(event.target.name);
  report();
  if (!event.relatedTarget) tell({ type: "blur" });
});
form.addEventListener("keydown", (event) => event.key === "Escape" && tell({ type: "escape" }));
new ResizeObserver(resize).observe(form);

applyOptions(settings.options);
resize();
tell({ type: "ready" });
