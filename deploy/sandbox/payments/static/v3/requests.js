// Talks to the API with the publishable key, and turns its answers into Stripe.js results.
const origin = new URL(document.currentScript.src).origin;

function formEncode(values, prefix = "", form = new URLSearchParams()) {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue;
    const key = prefix ? `${prefix}[${name}]` : name;
    if (typeof value === "object") formEncode(value, key, form);
    else form.append(key, value);
  }
  return form;
}

async function callApi(session, method, path, values) {
  const headers = { Authorization: `Bearer ${session.key}`, "Stripe-Account": session.account };
  const form = formEncode(values);
  const url = method === "GET" ? `${origin}${path}?${form}` : `${origin}${path}`;
  try {
    const answer = await fetch(url, { method, headers, body: method === "GET" ? undefined : form });
    return await answer.json();
  } catch {
    return {
      error: { type: "api_connection_error", message: "We are experiencing issues connecting to our payments provider." },
    };
  }
}

// The id of an intent is the part of its client secret before "_secret_".
function intentOf(clientSecret) {
  const match = /^((pi|seti)_[A-Za-z0-9]+)_secret_[A-Za-z0-9]+$/.exec(clientSecret || "");
  if (!match) throw new Error(`Invalid value for a client secret: ${typeof clientSecret}.`);
  const payment = match[2] === "pi";
  return {
    id: match[1],
    path: `/v1/${payment ? "payment" : "setup"}_intents/${match[1]}`,
    result: payment ? "paymentIntent" : "setupIntent",
    lastError: payment ? "last_payment_error" : "last_setup_error",
    field: payment ? "payment_intent" : "setup_intent",
  };
}
