// Shows the bank's challenge in a modal frame and waits until it is answered.
function showChallenge(url) {
  return new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    const frame = document.createElement("iframe");
    dialog.setAttribute("aria-label", "Card verification by your bank");
    frame.title = "Card verification by your bank";
    Object.assign(dialog.style, {
      border: "0", borderRadius: "12px", boxShadow: "0 24px 64px rgba(15, 23, 42, .35)", boxSizing: "border-box",
      height: "396px", maxHeight: "calc(100vh - 32px)", maxWidth: "calc(100vw - 32px)", overflow: "hidden",
      padding: "0", width: "420px",
    });
    Object.assign(frame.style, { border: "0", display: "block", height: "100%", width: "100%" });
    frame.src = `${url}?embedded=1`;

    function close() {
      window.removeEventListener("message", receive);
      dialog.close();
      dialog.remove();
      resolve();
    }
    function receive(event) {
      if (event.origin === origin && event.source === frame.contentWindow && event.data.type === "challenge-answered") {
        close();
      }
    }
    // Escape closes the challenge, which the bank takes as a failure.
    async function giveUp(event) {
      event.preventDefault();
      await fetch(`${url}?embedded=1`, { method: "POST", body: new URLSearchParams({ outcome: "fail" }) });
      close();
    }

    window.addEventListener("message", receive);
    dialog.addEventListener("cancel", giveUp);
    frame.addEventListener("load", () => frame.focus(), { once: true });
    dialog.append(frame);
    document.body.append(dialog);
    dialog.showModal();
  });
}
