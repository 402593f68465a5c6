/* Copying a link that has just been made. Without this script it is selected by hand. */
(function () {
  "use strict";

  // The page answers a form: loaded anew it would send the form again, and make a second link.
  const made = document.querySelector("[data-list]");
  if (made) history.replaceState(null, "", made.dataset.list);

  const button = document.querySelector("[data-copy]");
  if (!button || !navigator.clipboard) return;
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async function () {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.copied;
    } catch (error) {
      field.focus();
    }
  });
})();
