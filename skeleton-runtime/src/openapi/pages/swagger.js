"use strict";

// As the reader has everything else.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const colour = () => {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
  document.documentElement.style.colorScheme = dark.matches ? "dark" : "light";
};
dark.addEventListener("change", colour);
colour();

// Where the service is, whatever a proxy puts in front of its paths: the folder of this page.
const service = new URL(".", window.location.href).href.replace(/\/$/, "");

async function start() {
  const answer = await fetch("openapi.json");
  const spec = await answer.json();
  document.title = spec.info.title;
  // Requests go where the page came from, and so does the login, whatever address the service has been told.
  const told = spec.servers?.[0]?.url ?? "";
  spec.servers = [{ url: service }];
  for (const scheme of Object.values(spec.components?.securitySchemes ?? {})) {
    for (const flow of Object.values(scheme.flows ?? {})) {
      for (const name of ["tokenUrl", "refreshUrl"]) {
        if (flow[name]?.startsWith(told)) flow[name] = service + flow[name].slice(told.length);
      }
    }
  }
  SwaggerUIBundle({
    spec,
    dom_id: "#page",
    deepLinking: true,
    displayRequestDuration: true,
    validatorUrl: null,
  });
}

start().catch((error) => {
  document.getElementById("page").textContent = `The document can't be shown: ${error}`;
});
