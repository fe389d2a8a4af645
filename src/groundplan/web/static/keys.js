// Security keys: asks the server what to ask the key, asks it, and sends its answer as an ordinary form.
"use strict";

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function words(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function opened(question) {
  const made = { ...question, challenge: bytes(question.challenge) };
  if (made.user) made.user = { ...made.user, id: bytes(made.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (made[list]) made[list] = made[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return made;
}

function closed(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = words(credential.response[part]);
  }
  const id = words(credential.rawId);
  return JSON.stringify({ id, rawId: id, type: credential.type, response, clientExtensionResults: {} });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.key || form.elements.answer.value) return;
  event.preventDefault();
  const told = form.querySelector("[role=status]");
  told.textContent = "";
  try {
    const name = document.getElementById("name");
    const body = new URLSearchParams(name ? { name: name.value } : {});
    const asked = await fetch(form.dataset.ask, { method: "POST", body });
    if (!asked.ok) throw new Error(String(asked.status));
    const { mark, question } = await asked.json();
    const publicKey = opened(question);
    const way = form.dataset.key === "add" ? "create" : "get";
    const credential = await navigator.credentials[way]({ publicKey });
    form.elements.mark.value = mark;
    form.elements.answer.value = closed(credential);
    form.submit();
  } catch (error) {
    told.textContent = form.dataset.failed;
  }
});
