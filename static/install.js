/* The page of installation: copying, and following a test submission. Works without it too. */
(function () {
  "use strict";

  const FIRST = 700;
  const SLOWEST = 10000;
  const COPIED_FOR = 2000;

  /* Copying by hand stays possible: the code is selected where the clipboard is refused. */
  async function copy(button) {
    const code = document.getElementById(button.dataset.copy);
    let word = button.dataset.copied;
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch (error) {
      getSelection().selectAllChildren(code);
      word = button.dataset.selected;
    }
    const label = button.firstChild;
    const before = label.data;
    label.data = word;
    button.disabled = true;
    setTimeout(function () {
      label.data = before;
      button.disabled = false;
      button.focus({ preventScroll: true });
    }, COPIED_FOR);
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  }

  function itemOf(step, stands) {
    const item = element("li", step.stand, "");
    item.append(element("span", "step-word", step.word));
    if (step.note) item.append(" ", element("span", "more", step.note));
    item.append(element("span", "hidden", stands[step.stand]));
    return item;
  }

  function show(place, trial) {
    const sentence = place.querySelector(".trial-sentence");
    /* Said again only when it is news: a screen reader reads every change aloud. */
    if (sentence.textContent !== trial.sentence) sentence.textContent = trial.sentence;
    const mood = trial.good ? "good" : trial.over ? "bad" : "wait";
    sentence.className = "trial-sentence " + mood;
    const stands = JSON.parse(place.dataset.stands);
    place.querySelector("ol").replaceChildren(...trial.steps.map((step) => itemOf(step, stands)));
    const link = place.querySelector("[data-crm]");
    link.hidden = !trial.crm_url;
    if (trial.crm_url) link.href = trial.crm_url;
  }

  async function follow(place, delay) {
    let trial = null;
    try {
      const answer = await fetch(place.dataset.follow, { headers: { Accept: "application/json" } });
      if (answer.status === 401) return location.reload();
      if (answer.ok) trial = await answer.json();
    } catch (error) {
      // asked again
    }
    if (trial) show(place, trial);
    if (!trial || !trial.over) {
      setTimeout(follow, delay, place, Math.min(delay * 1.2, SLOWEST));
    }
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  const place = document.querySelector("[data-follow]:not([data-over])");
  if (place) follow(place, FIRST);
})();
