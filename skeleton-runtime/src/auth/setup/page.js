"use strict";

const form = document.getElementById("form");
const told = document.getElementById("told");
const token = location.hash.slice(1);

// Neither the history nor a bookmark keeps it.
history.replaceState(null, "", location.pathname);

if (!token) {
  told.textContent = "The link has no token: open it as the log of the service has it.";
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  told.textContent = "";
  const body = {
    token,
    email: document.getElementById("email").value,
    password: document.getElementById("password").value,
  };
  try {
    const answer = await fetch("auth/setup", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const said = await answer.json();
    if (answer.ok) {
      form.remove();
      told.textContent = `The account ${said.email} is made, with the role ${said.role}. Log in with it.`;
      return;
    }
    const faults = (said.errors ?? []).map((fault) => `${fault.field}: ${fault.message}`);
    told.textContent = [said.detail, ...faults].join("; ");
  } catch {
    told.textContent = "The service did not answer; try again.";
  }
});
