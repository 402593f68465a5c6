/* The page of a run that is going on: how far it is. Without this it is reloaded. */
(function () {
  "use strict";

  const EVERY = 1500;
  const SLOWEST = 30000;
  const card = document.querySelector("[data-progress]");
  if (!card) return;
  const bar = card.querySelector("progress");
  const sentence = card.querySelector(".bulk-sentence");

  async function ask() {
    try {
      const answer = await fetch(card.dataset.progress, { headers: { Accept: "application/json" } });
      return answer.ok ? await answer.json() : { over: answer.status === 401 || answer.status === 404 };
    } catch (error) {
      return null;
    }
  }

  async function look(delay) {
    const news = document.hidden ? {} : await ask();
    if (news && news.over) {
      location.reload();
      return;
    }
    if (news && "settled" in news) {
      bar.max = news.total || 1;
      bar.value = news.settled;
      if (sentence.textContent !== news.sentence) sentence.textContent = news.sentence;
    }
    const next = news ? EVERY : Math.min(delay * 2, SLOWEST);
    setTimeout(look, next, next);
  }

  setTimeout(look, EVERY, EVERY);
})();
