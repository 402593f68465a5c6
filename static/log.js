/* The log's small comforts. Every page works without them. */
(function () {
  "use strict";

  const LIVE_FIRST = 1500;
  const LIVE_SLOWEST = 15000;

  /* Ask an address of ours; null when it could not be asked. */
  async function ask(address) {
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      return { status: answer.status, data: await answer.json() };
    } catch (error) {
      return null;
    }
  }

  function isChanged(field) {
    if (field.options) return Array.from(field.options).some((option) => option.selected !== option.defaultSelected && option.defaultSelected);
    return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  }

  /* Whether somebody reads what was sent, is at a field, or has typed what would be lost. */
  function isBusy() {
    const fields = Array.from(document.querySelectorAll("main :is(input, textarea, select)"));
    return document.querySelector(".delivery details[open]") || fields.includes(document.activeElement) || fields.some(isChanged);
  }

  function tell(mark) {
    if (mark.firstChild) return;
    const link = document.createElement("a");
    link.href = location.href.split("#")[0];
    link.textContent = mark.dataset.show;
    mark.append(mark.dataset.news + " — ", link);
  }

  /* Load the page of a submission again when its delivery has moved on; to somebody who is
     in the middle of something it is only said. */
  async function lookForNews(mark, delay) {
    const answer = document.hidden ? null : await ask(mark.dataset.live);
    if (answer && answer.status === 401) return;
    if (answer && answer.data.state && answer.data.state !== mark.dataset.state) {
      if (!isBusy()) {
        location.reload();
        return;
      }
      tell(mark);
    }
    setTimeout(lookForNews, delay, mark, Math.min(delay * 1.5, LIVE_SLOWEST));
  }

  /* A second press while the first is on its way would only bring a refusal. Not at once:
     a button that is disabled by then does not say which one was pressed. */
  document.addEventListener("submit", function (event) {
    if (event.target.method !== "post") return;
    setTimeout(function () {
      for (const button of event.target.querySelectorAll("button:not([type=button])")) button.disabled = true;
    });
  });
  window.addEventListener("pageshow", function () {
    for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
  });

  /* The reader's zone, for the next page's times: it is where they are, and no secret. */
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) document.cookie = "zone=" + zone + "; path=/; max-age=31536000; samesite=lax";

  const live = document.querySelector("[data-live]");
  if (live) setTimeout(lookForNews, LIVE_FIRST, live, LIVE_FIRST);
})();
