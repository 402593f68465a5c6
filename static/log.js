/* The log's small comforts. Every page works without them. */
(function () {
  "use strict";

  const LIST_EVERY = 15000;
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

  /* Tell above the list that there are newer submissions. */
  function tell(place, sentence, action) {
    if (place.dataset.told === sentence) return;
    place.dataset.told = sentence;
    const link = document.createElement("a");
    link.href = place.dataset.show;
    link.textContent = action;
    place.replaceChildren(sentence + " — ", link);
  }

  async function lookForNewer(place) {
    if (!document.hidden) {
      const answer = await ask(place.dataset.newest);
      if (answer && answer.status === 401) {
        tell(place, "Сеанс закончился", "войти снова");
        return;
      }
      if (answer && answer.data.count > 0) tell(place, answer.data.text, "показать");
    }
    setTimeout(lookForNewer, LIST_EVERY, place);
  }

  /* Load the page of a submission again when its delivery has moved on, unless somebody
     is reading what was sent or is about to confirm something. */
  async function lookForNews(mark, delay) {
    const answer = document.hidden ? null : await ask(mark.dataset.live);
    if (answer && answer.status === 401) return;
    const busy = document.querySelector(".delivery details[open]");
    if (answer && answer.data.state && answer.data.state !== mark.dataset.state && !busy) {
      location.reload();
      return;
    }
    setTimeout(lookForNews, delay, mark, Math.min(delay * 1.5, LIVE_SLOWEST));
  }

  /* A second press while the first is on its way would only bring a refusal. */
  document.addEventListener("submit", function (event) {
    if (event.target.method !== "post") return;
    for (const button of event.target.querySelectorAll("button")) button.disabled = true;
  });
  window.addEventListener("pageshow", function () {
    for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
  });

  const notice = document.querySelector("[data-newest]");
  if (notice) setTimeout(lookForNewer, LIST_EVERY, notice);
  const live = document.querySelector("[data-live]");
  if (live) setTimeout(lookForNews, LIVE_FIRST, live, LIVE_FIRST);
})();
