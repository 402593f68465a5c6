/* Choosing another site shows its pipelines at once; without this there is a button for it. */
(function () {
  "use strict";

  document.documentElement.classList.add("scripted");
  const site = document.querySelector("select[data-reload]");
  const button = document.querySelector("button[name=step][value=site]");
  if (site && button) site.addEventListener("change", () => site.form.requestSubmit(button));
})();
