// Tells the page around the frame that the challenge is over; its outcome is asked of the API.
"use strict";

window.parent.postMessage({ type: "challenge-answered" }, "*");
