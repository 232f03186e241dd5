// A guest's payment in the payment provider's own fields; no number ever touches this page or our servers.

const form = document.querySelector("form[data-guest-pay]");
const kinds = [...form.querySelectorAll("[data-kind]")];
const [problem, says] = [form.querySelector("[data-problem]"), form.querySelector("[data-says]")];
const entries = new Map();

const chosen = () => form.elements.type.value;
// They are redrawn with the summary, whenever the amount or the way to pay changes.
const total = () => form.elements.expected_total;

function entryOf(kind, place) {
  const stripe = window.Stripe(form.dataset.key, { stripeAccount: form.dataset.account });
  const elements = stripe.elements({
    mode: "payment", amount: Number(total()?.value) || 100, currency: "usd", paymentMethodTypes: [kind],
  });
  elements.create("payment", { business: { name: form.dataset.business } }).mount(place);
  return { stripe, elements };
}

function showChosen() {
  for (const place of kinds) {
    const kind = place.dataset.kind;
    place.hidden = kind !== chosen();
    if (!place.hidden && !entries.has(kind)) entries.set(kind, entryOf(kind, place));
  }
}

function refuse(message, button) {
  says.textContent = message;
  problem.hidden = false;
  problem.focus();
  button.disabled = false;
  button.textContent = button.dataset.label;
}

async function pay(refused) {
  const { stripe, elements } = entries.get(chosen());
  elements.update({ amount: Number(total().value) });
  const checked = await elements.submit();
  if (checked.error) return refused(checked.error.message);
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", headers, body: new URLSearchParams(new FormData(form)) });
  const begun = await answer.json();
  if (!answer.ok) return refused(begun.problem || begun.detail);
  const doneUrl = new URL(begun.done_url, window.location.href).href;
  const { error } = await stripe.confirmPayment({
    elements, clientSecret: begun.client_secret, confirmParams: { return_url: doneUrl }, redirect: "if_required",
  });
  if (error) return refused(error.message);
  return window.location.assign(doneUrl);
}

async function submitted(event) {
  event.preventDefault();
  const button = event.submitter || document.querySelector("button[form=pay]");
  if (button.disabled || !total()) return;
  button.dataset.label = button.textContent;
  button.disabled = true;
  button.textContent = button.dataset.busy;
  problem.hidden = true;
  try {
    await pay((message) => refuse(message, button));
  } catch {
    refuse("The payment provider cannot be reached right now. Please try again in a moment.", button);
  }
}

if (window.Stripe) {
  showChosen();
  form.addEventListener("change", showChosen);
  form.addEventListener("submit", submitted);
}
