// A new card or bank account through the payment provider's own fields; no number ever touches this page or our servers.

const entries = {
  card(stripe, form) {
    const card = stripe.elements().create("card", { hidePostalCode: false });
    const method = { card, billing_details: { name: form.dataset.name } };
    return {
      field: card,
      check: async () => ({}),
      confirm: (setup) => stripe.confirmCardSetup(setup.client_secret, { payment_method: method }),
    };
  },
  bank(stripe, form) {
    const elements = stripe.elements({ mode: "setup", currency: "usd", paymentMethodTypes: ["us_bank_account"] });
    const billingDetails = { name: form.dataset.name };
    return {
      field: elements.create("payment", { business: { name: form.dataset.business }, defaultValues: { billingDetails } }),
      check: () => elements.submit(),
      confirm: (setup) => stripe.confirmSetup({
        elements,
        clientSecret: setup.client_secret,
        confirmParams: { return_url: new URL(setup.added_url, window.location.href).href },
        redirect: "if_required",
      }),
    };
  },
};

function wire(form, kind) {
  const find = (name) => form.querySelector(`[data-${kind}${name}]`);
  const [fields, problem, says, button] = [find("-fields"), find("-problem"), find("-says"), form.querySelector("button")];
  const stripe = window.Stripe(form.dataset.key, { stripeAccount: form.dataset.account });
  const entry = entries[kind](stripe, form);

  fields.hidden = false;
  find("-hosted").hidden = true;
  find("-save").hidden = false;
  entry.field.mount(fields);

  function refuse(message) {
    says.textContent = message;
    problem.hidden = false;
    problem.focus();
    button.disabled = false;
    find("-save").textContent = label;
  }

  const label = find("-save").textContent;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    find("-save").textContent = button.dataset.busy;
    problem.hidden = true;
    try {
      await save(entry, form, refuse);
    } catch {
      refuse("The payment provider cannot be reached right now. Please try again in a moment.");
    }
  });
}

async function save(entry, form, refuse) {
  const checked = await entry.check();
  if (checked.error) return refuse(checked.error.message);
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", headers, body: new URLSearchParams(new FormData(form)) });
  if (!answer.ok) throw new Error(`setup was answered ${answer.status}`);
  const setup = await answer.json();
  const { error } = await entry.confirm(setup);
  if (error) return refuse(error.message);
  return window.location.assign(setup.added_url);
}

if (window.Stripe) {
  for (const kind of Object.keys(entries)) {
    document.querySelectorAll(`form[data-${kind}]`).forEach((form) => wire(form, kind));
  }
}
