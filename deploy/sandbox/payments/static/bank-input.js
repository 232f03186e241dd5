// Checks what is typed about a bank account.
"use strict";

const BankInput = (() => {
  const digits = (text) => text.replace(/\D/g, "");

  function passesChecksum(routing) {
    const weights = [3, 7, 1];
    return [...routing].reduce((sum, digit, at) => sum + weights[at % 3] * Number(digit), 0) % 10 === 0;
  }

  // Why a field cannot be sent; null where it can.
  function problem(name, text) {
    if (name === "holder") return text.trim() ? null : ["incomplete_name", "The account holder's name is missing."];
    const typed = digits(text);
    if (name === "routing") {
      if (typed.length < 9) return ["incomplete_routing_number", "Your routing number is incomplete."];
      return passesChecksum(typed) ? null : ["invalid_routing_number", "Your routing number is invalid."];
    }
    return typed.length < 4 ? ["incomplete_account_number", "Your account number is incomplete."] : null;
  }

  function format(input) {
    if (input.name !== "holder") input.value = digits(input.value).slice(0, input.maxLength);
  }

  return { digits, format, problem };
})();
