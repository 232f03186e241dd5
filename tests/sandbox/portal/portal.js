// Pays or saves a method with the provider's fields; what to do is in the address.
"use strict";

const asked = new URLSearchParams(window.location.search);
const secret = asked.get("client_secret");
const stripe = Stripe(asked.get("key"), { stripeAccount: asked.get("account") });
const types = asked.get("types")?.split(",");
const elements = stripe.elements(types
  ? { mode: "setup", currency: "usd", paymentMethodTypes: types }
  : { clientSecret: secret });
const card = elements.create(asked.get("element") || "payment");
const state = document.getElementById("state");

if (asked.get("element") === "card") document.getElementById("card").classList.add("boxed");
card.on("ready", () => { state.textContent = "ready"; });
card.on("change", (event) => { state.textContent = event.complete ? "complete" : event.error?.message || "incomplete"; });
card.mount("#card");

async function confirm() {
  if (asked.get("element") === "card") return stripe.confirmCardPayment(secret, { payment_method: { card } });
  const confirmParams = { return_url: `${window.location.origin}/paid` };
  const act = secret.startsWith("seti") ? "confirmSetup" : "confirmPayment";
  if (types) {
    const { error } = await elements.submit();
    if (error) return { error };
  }
  return stripe[act]({ elements, clientSecret: types && secret, confirmParams, redirect: asked.get("redirect") || "if_required" });
}

document.getElementById("pay").addEventListener("submit", async (event) => {
  event.preventDefault();
  state.textContent = "paying";
  const { error, paymentIntent, setupIntent } = await confirm();
  state.textContent = error ? `refused: ${error.code}: ${error.message}` : (paymentIntent || setupIntent).status;
});
