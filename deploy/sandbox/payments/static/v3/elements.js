// Elements: each is a frame of the provider, so that card and account numbers never touch the page.
let elementCount = 0;

class Element {
  constructor(kind, options, types) {
    this.types = types;
    this.id = `element-${(elementCount += 1)}`;
    this.kind = kind;
    this.options = options;
    this.state = { complete: false, empty: true, error: undefined, brand: "unknown", kind: "card" };
    this.listeners = {};
    this.waiting = new Map();
    this.receive = this.receive.bind(this);
  }

  mount(target) {
    this.container = typeof target === "string" ? document.querySelector(target) : target;
    if (!this.container) throw new Error(`The selector you specified (${target}) applies to no DOM element.`);
    this.frame = document.createElement("iframe");
    this.frame.title = this.kind === "card" ? "Secure card payment input frame" : "Secure payment input frame";
    this.frame.allow = "payment";
    Object.assign(this.frame.style, { border: "0", display: "block", width: "100%", height: "44px" });
    // The fields keep 3 pixels around them for their focus ring; the frame reaches out so that they still align.
    if (this.kind === "payment") Object.assign(this.frame.style, { margin: "-3px", width: "calc(100% + 6px)" });
    window.addEventListener("message", this.receive);
    this.container.replaceChildren(this.frame);
    this.paint();
    this.load(this.frame);
  }

  // The frame opens once it is known what the intent can be paid with.
  async load(frame) {
    const settings = { id: this.id, kind: this.kind, options: this.options, types: await this.types };
    frame.src = `${origin}/v3/fields#${encodeURIComponent(JSON.stringify(settings))}`;
  }

  unmount() {
    window.removeEventListener("message", this.receive);
    this.frame?.remove();
    this.frame = undefined;
  }

  destroy() {
    this.unmount();
  }

  on(event, listener) {
    (this.listeners[event] ||= []).push(listener);
    return this;
  }

  off(event, listener) {
    this.listeners[event] = (this.listeners[event] || []).filter((known) => known !== listener);
    return this;
  }

  focus() {
    this.send({ type: "focus" });
  }

  blur() {
    this.send({ type: "blur" });
  }

  clear() {
    this.send({ type: "clear" });
  }

  update(options) {
    Object.assign(this.options, options);
    this.send({ type: "options", options: this.options });
  }

  // Asks the frame to make a payment method of what was typed; the numbers stay there.
  tokenize(session, billing) {
    if (!this.frame) throw new Error("The element is not mounted.");
    const request = `${this.id}-${this.waiting.size}-${Date.now()}`;
    return new Promise((resolve) => {
      this.waiting.set(request, resolve);
      this.send({ type: "tokenize", request, key: session.key, account: session.account, billing });
    });
  }

  // Shows what is missing, and says so.
  refuse() {
    this.send({ type: "validate" });
    if (this.state.error) return this.state.error;
    const [code, message] = this.state.kind === "card"
      ? ["incomplete_number", "Your card number is incomplete."]
      : ["incomplete_bank_account", "Your bank account's details are incomplete."];
    return { type: "validation_error", code, message };
  }

  send(message) {
    this.frame?.contentWindow.postMessage({ ...message, id: this.id }, origin);
  }

  receive(event) {
    if (event.origin !== origin || event.source !== this.frame?.contentWindow || event.data.id !== this.id) return;
    const { type, request, body, height, state } = event.data;
    if (type === "height") this.frame.style.height = `${height}px`;
    if (type === "tokenized") {
      this.waiting.get(request)?.(body);
      this.waiting.delete(request);
    }
    if (type === "change") {
      this.state = state;
      this.paint();
      this.emit("change", { elementType: this.kind, value: { type: state.kind }, ...state });
    }
    if (["ready", "focus", "blur", "escape"].includes(type)) this.signal(type);
  }

  signal(type) {
    if (type === "focus" || type === "blur") this.container.classList.toggle("StripeElement--focus", type === "focus");
    this.emit(type, { elementType: this.kind });
  }

  emit(event, detail) {
    for (const listener of this.listeners[event] || []) listener(detail);
  }

  paint() {
    const marks = { complete: this.state.complete, empty: this.state.empty, invalid: Boolean(this.state.error) };
    this.container.classList.add("StripeElement");
    for (const [name, on] of Object.entries(marks)) this.container.classList.toggle(`StripeElement--${name}`, on);
  }
}

class Elements {
  constructor(session, options = {}) {
    this.session = session;
    this.options = options;
    this.elements = [];
  }

  create(kind, options = {}) {
    if (!["card", "payment"].includes(kind)) throw new Error(`The sandbox has no element '${kind}'.`);
    const types = kind === "card" ? ["card"] : this.methodTypes();
    const element = new Element(kind, { appearance: this.options.appearance, ...options }, types);
    this.elements.push(element);
    return element;
  }

  // What the intent takes; without an intent yet, what the page says.
  async methodTypes() {
    const { clientSecret, paymentMethodTypes = ["card"] } = this.options;
    if (!clientSecret) return paymentMethodTypes;
    const found = await callApi(this.session, "GET", intentOf(clientSecret).path, { client_secret: clientSecret });
    return found.payment_method_types || paymentMethodTypes;
  }

  getElement(kind) {
    return this.elements.find((element) => element.kind === kind) || null;
  }

  update(options) {
    Object.assign(this.options, options);
  }

  async fetchUpdates() {
    return {};
  }

  async submit() {
    const element = this.elements[0];
    if (element?.state.complete) return { selectedPaymentMethod: element.state.kind };
    return { error: element?.refuse() };
  }
}
