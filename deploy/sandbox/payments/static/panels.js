// The two ways to pay inside an element: what each asks for, checks, and makes a payment method of.
"use strict";

const Panels = (() => {
  const form = document.getElementById("fields");
  const inputsOf = (name) => [...document.querySelectorAll(`#${name} input:not([type=radio])`)];

  const card = {
    inputs: (options) => inputsOf("card").filter((input) => input.name !== "postal" || !options.hidePostalCode),
    problem: CardInput.problem,
    format: CardInput.format,
    brand: () => CardInput.brandOf(CardInput.digits(form.number.value)),
    details() {
      return {
        type: "card", "card[number]": CardInput.digits(form.number.value), "card[exp_month]": form.expiry.value.slice(0, 2),
        "card[exp_year]": `20${form.expiry.value.slice(-2)}`, "card[cvc]": form.cvc.value,
      };
    },
    billing: (given) => ({ ...given, address: { ...given?.address, postal_code: form.postal.value || undefined } }),
  };

  const isTyped = () => form.verification.value === "microdeposits";
  const bank = {
    inputs: () => inputsOf("us_bank_account").filter((input) => input.name === "holder" || isTyped()),
    problem: BankInput.problem,
    format: BankInput.format,
    brand: () => "unknown",
    details() {
      const numbers = {
        "us_bank_account[routing_number]": form.routing.value, "us_bank_account[account_number]": form.account.value,
      };
      const connected = { "us_bank_account[financial_connections_account]": "fca_000123456789" };
      return { type: "us_bank_account", ...(isTyped() ? numbers : connected) };
    },
    billing: (given) => ({ ...given, name: form.holder.value }),
  };

  return { card, us_bank_account: bank };
})();
