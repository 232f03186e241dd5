// Formats and checks what is typed into card fields; shared by the frame and the hosted page.
"use strict";

const CardInput = (() => {
  const brands = [["amex", /^3[47]/], ["diners", /^3[068]/], ["jcb", /^35/], ["discover", /^6[05]/],
                  ["unionpay", /^62/], ["mastercard", /^(5|2)/], ["visa", /^4/]];

  const digits = (text) => text.replace(/\D/g, "");

  function brandOf(number) {
    return brands.find(([, pattern]) => pattern.test(number))?.[0] || "unknown";
  }

  function grouped(text) {
    const number = digits(text).slice(0, 19);
    if (brandOf(number) !== "amex") return number.replace(/(.{4})(?=.)/g, "$1 ");
    return [number.slice(0, 4), number.slice(4, 10), number.slice(10, 15)].filter(Boolean).join(" ");
  }

  function expiry(text, deleting) {
    let typed = digits(text).slice(0, 4);
    if (/^[2-9]/.test(typed)) typed = `0${typed}`.slice(0, 4);
    if (typed.length > 2) return `${typed.slice(0, 2)} / ${typed.slice(2)}`;
    return typed.length === 2 && !deleting ? `${typed} / ` : typed;
  }

  function passesLuhn(number) {
    let sum = 0;
    for (let at = 0; at < number.length; at += 1) {
      let digit = Number(number[number.length - 1 - at]);
      if (at % 2) digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
      sum += digit;
    }
    return sum % 10 === 0;
  }

  function isPast(text) {
    const [month, year] = [Number(digits(text).slice(0, 2)), 2000 + Number(digits(text).slice(2))];
    const now = new Date();
    return year < now.getFullYear() || (year === now.getFullYear() && month < now.getMonth() + 1);
  }

  // Why a field cannot be sent; null where it can.
  function problem(name, text) {
    const typed = digits(text);
    if (name === "number") {
      const length = brandOf(typed) === "amex" ? 15 : 16;
      if (typed.length < Math.min(length, 14)) return ["incomplete_number", "Your card number is incomplete."];
      return passesLuhn(typed) ? null : ["invalid_number", "Your card number is invalid."];
    }
    if (name === "expiry") {
      if (typed.length < 4) return ["incomplete_expiry", "Your card's expiry date is incomplete."];
      if (Number(typed.slice(0, 2)) > 12) return ["invalid_expiry_month", "Your card's expiry month is invalid."];
      return isPast(text) ? ["invalid_expiry_year_past", "Your card's expiry date is in the past."] : null;
    }
    if (name === "cvc") return typed.length < 3 ? ["incomplete_cvc", "Your card's security code is incomplete."] : null;
    return text.trim().length < 3 ? ["incomplete_zip", "Your ZIP code is incomplete."] : null;
  }

  function format(input, deleting) {
    if (input.name === "number") input.value = grouped(input.value);
    if (input.name === "expiry") input.value = expiry(input.value, deleting);
    if (input.name === "cvc") input.value = digits(input.value).slice(0, 4);
  }

  return { brandOf, digits, format, problem };
})();
