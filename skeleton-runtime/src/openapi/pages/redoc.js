"use strict";

Redoc.init("openapi.json", { nativeScrollbars: true }, document.getElementById("page"), (error) => {
  if (error) {
    document.getElementById("page").textContent = `The document can't be shown: ${error}`;
  }
});
