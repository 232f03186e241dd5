// The object that Stripe(publishableKey, options) answers with.
class StripeClient {
  constructor(key, options = {}) {
    if (!/^pk_/.test(key || "")) throw new Error("Please call Stripe() with your publishable key.");
    this.session = { key, account: options.stripeAccount || "acct_1SandboxPlatform" };
  }

  elements(options) {
    return new Elements(this.session, options);
  }

  async createPaymentMethod(given) {
    const { type = "card", card, us_bank_account: bank, elements, element, billing_details: billing, params } = given;
    const field = elements ? elements.elements[0] : element || card;
    const details = billing || params?.billing_details;
    const answer = field instanceof Element
      ? await field.tokenize(this.session, details)
      : await callApi(this.session, "POST", "/v1/payment_methods", { type, card, us_bank_account: bank, billing_details: details });
    return answer.error ? { error: answer.error } : { paymentMethod: answer };
  }

  retrievePaymentIntent(clientSecret) {
    return this.retrieve(clientSecret);
  }

  retrieveSetupIntent(clientSecret) {
    return this.retrieve(clientSecret);
  }

  confirmCardPayment(clientSecret, data, options) {
    return this.confirmCard(clientSecret, data, options);
  }

  confirmCardSetup(clientSecret, data, options) {
    return this.confirmCard(clientSecret, data, options);
  }

  confirmPayment(options) {
    return this.confirmWithElements(options);
  }

  confirmSetup(options) {
    return this.confirmWithElements(options);
  }

  confirmUsBankAccountPayment(clientSecret, data) {
    return this.confirmBankAccount(clientSecret, data);
  }

  confirmUsBankAccountSetup(clientSecret, data) {
    return this.confirmBankAccount(clientSecret, data);
  }

  verifyMicrodepositsForPayment(clientSecret, data) {
    return this.verifyMicrodeposits(clientSecret, data);
  }

  verifyMicrodepositsForSetup(clientSecret, data) {
    return this.verifyMicrodeposits(clientSecret, data);
  }

  handleCardAction(clientSecret) {
    return this.handleNextAction({ clientSecret });
  }

  async handleNextAction({ clientSecret }) {
    const found = await this.retrieve(clientSecret);
    return found.error ? found : this.follow(clientSecret, Object.values(found)[0]);
  }

  async confirmCard(clientSecret, data = {}, { handleActions = true } = {}) {
    const chosen = await this.methodOf(data.payment_method);
    if (chosen.error) return chosen;
    return this.confirm(clientSecret, { payment_method: chosen.id, return_url: data.return_url }, handleActions);
  }

  async confirmBankAccount(clientSecret, { payment_method: given } = {}) {
    const made = typeof given === "object"
      ? await this.createPaymentMethod({ type: "us_bank_account", ...given })
      : { paymentMethod: { id: given } };
    return made.error ? made : this.confirm(clientSecret, { payment_method: made.paymentMethod.id }, true);
  }

  async verifyMicrodeposits(clientSecret, { amounts, descriptorCode }) {
    const intent = intentOf(clientSecret);
    const body = { amounts, descriptor_code: descriptorCode, client_secret: clientSecret };
    const answer = await callApi(this.session, "POST", `${intent.path}/verify_microdeposits`, body);
    return answer.error ? { error: answer.error } : { [intent.result]: answer };
  }

  async confirmWithElements({ elements, clientSecret, confirmParams = {}, redirect = "always" }) {
    const secret = clientSecret || elements?.options.clientSecret;
    const { payment_method: given, payment_method_data: extra, return_url: returnUrl } = confirmParams;
    const field = elements?.elements[0];
    const chosen = await this.methodOf(given || { card: field, billing_details: extra?.billing_details });
    if (chosen.error) return chosen;
    const result = await this.confirm(secret, { payment_method: chosen.id, return_url: returnUrl }, true);
    if (result.error || redirect === "if_required") return result;
    const { status } = Object.values(result)[0];
    return goBack(returnUrl, secret, status === "succeeded" ? status : "pending");
  }

  // A payment method's id, made from an element where the caller has not got one.
  async methodOf(given) {
    if (given === undefined || typeof given === "string") return { id: given };
    if (given.card?.state && !given.card.state.complete) return { error: given.card.refuse() };
    const made = await this.createPaymentMethod({ card: given.card, billing_details: given.billing_details });
    return made.error ? made : { id: made.paymentMethod.id };
  }

  async confirm(clientSecret, values, handleActions) {
    const intent = intentOf(clientSecret);
    const body = { ...values, client_secret: clientSecret, use_stripe_sdk: true };
    const answer = await callApi(this.session, "POST", `${intent.path}/confirm`, body);
    if (answer.error) return { error: answer.error };
    return handleActions ? this.follow(clientSecret, answer) : { [intent.result]: answer };
  }

  async follow(clientSecret, found) {
    const intent = intentOf(clientSecret);
    const waits = found.status === "requires_action" && found.next_action.type !== "verify_with_microdeposits";
    if (!waits) return { [intent.result]: found };
    if (found.next_action.type === "redirect_to_url") {
      window.location.assign(found.next_action.redirect_to_url.url);
      return new Promise(() => {});
    }
    await showChallenge(found.next_action.use_stripe_sdk.stripe_js);
    return this.outcome(clientSecret);
  }

  async outcome(clientSecret) {
    const intent = intentOf(clientSecret);
    const result = await this.retrieve(clientSecret);
    const error = result[intent.result]?.[intent.lastError];
    return error ? { error: { ...error, [intent.field]: result[intent.result] } } : result;
  }

  async retrieve(clientSecret) {
    const intent = intentOf(clientSecret);
    const answer = await callApi(this.session, "GET", intent.path, { client_secret: clientSecret });
    return answer.error ? { error: answer.error } : { [intent.result]: answer };
  }
}

function goBack(returnUrl, clientSecret, status) {
  const intent = intentOf(clientSecret);
  const target = new URL(returnUrl);
  target.searchParams.set(intent.field, intent.id);
  target.searchParams.set(`${intent.field}_client_secret`, clientSecret);
  target.searchParams.set("redirect_status", status);
  window.location.assign(target);
  return new Promise(() => {});
}

window.Stripe = (key, options) => new StripeClient(key, options);
window.Stripe.version = "sandbox";
