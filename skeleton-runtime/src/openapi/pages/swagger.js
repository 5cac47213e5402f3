"use strict";

// Where the service is, whatever a proxy puts in front of its paths: the folder of this page.
const service = new URL(".", window.location.href).href.replace(/\/$/, "");

async function start() {
  const answer = await fetch("openapi.json");
  const spec = await answer.json();
  document.title = spec.info.title;
  // Requests go where the page came from, and so does the login.
  spec.servers = [{ url: service }];
  for (const scheme of Object.values(spec.components?.securitySchemes ?? {})) {
    for (const flow of Object.values(scheme.flows ?? {})) {
      for (const name of ["tokenUrl", "refreshUrl"]) {
        if (flow[name]) flow[name] = service + flow[name];
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
