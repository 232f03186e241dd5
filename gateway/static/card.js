// A new card through the payment provider's own fields; its number never touches this page or our servers.

function wire(form) {
  const find = (name) => form.querySelector(`[data-card${name}]`);
  const [fields, problem, says, button] = [find("-fields"), find("-problem"), find("-says"), form.querySelector("button")];
  const stripe = window.Stripe(form.dataset.key, { stripeAccount: form.dataset.account });
  const card = stripe.elements().create("card", { hidePostalCode: false });

  fields.hidden = false;
  find("-hosted").hidden = true;
  find("-save").hidden = false;
  card.mount(fields);

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
      await save(stripe, card, form, refuse);
    } catch {
      refuse("The payment provider cannot be reached right now. Please try again in a moment.");
    }
  });
}

async function save(stripe, card, form, refuse) {
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", headers, body: new URLSearchParams(new FormData(form)) });
  if (!answer.ok) throw new Error(`setup was answered ${answer.status}`);
  const setup = await answer.json();
  const holder = { name: form.dataset.name };
  const method = { card, billing_details: holder };
  const { error } = await stripe.confirmCardSetup(setup.client_secret, { payment_method: method });
  if (error) refuse(error.message);
  else window.location.assign(setup.added_url);
}

if (window.Stripe) document.querySelectorAll("form[data-card]").forEach(wire);
