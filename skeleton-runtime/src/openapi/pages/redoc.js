"use strict";

// As the reader has everything else.
const dark = {
  colors: {
    primary: { main: "#8ab4f8" },
    success: { main: "#81c995" },
    warning: { main: "#fdd663" },
    error: { main: "#f28b82" },
    text: { primary: "#e8eaed", secondary: "#bdc1c6" },
    border: { dark: "#5f6368", light: "#3c4043" },
    responses: {
      success: { color: "#81c995", backgroundColor: "#1e2b22", tabTextColor: "#81c995" },
      error: { color: "#f28b82", backgroundColor: "#2f2020", tabTextColor: "#f28b82" },
      redirect: { color: "#bdc1c6", backgroundColor: "#2a2b2e", tabTextColor: "#bdc1c6" },
      info: { color: "#8ab4f8", backgroundColor: "#1c2430", tabTextColor: "#8ab4f8" },
    },
  },
  schema: { nestedBackground: "#26282c", typeNameColor: "#bdc1c6", typeTitleColor: "#e8eaed", linesColor: "#5f6368" },
  typography: { code: { color: "#fdba74", backgroundColor: "#2a2b2e" }, links: { color: "#8ab4f8" } },
  sidebar: { backgroundColor: "#202124", textColor: "#e8eaed" },
  rightPanel: { backgroundColor: "#17181a" },
};
const theme = window.matchMedia("(prefers-color-scheme: dark)").matches ? dark : {};

Redoc.init("openapi.json", { nativeScrollbars: true, theme }, document.getElementById("page"), (error) => {
  if (error) {
    document.getElementById("page").textContent = `The document can't be shown: ${error}`;
  }
});
