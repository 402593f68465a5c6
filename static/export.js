/* How far a file is, while the browser loads it. The file comes by the plain form: without
   this script it comes as well, only nobody counts. */
(function () {
  "use strict";

  const LOOK_EVERY = 700;
  const BEGINS_WITHIN = 20000;
  const form = document.querySelector("[data-export]");
  const words = JSON.parse(form.dataset.words);
  const box = form.querySelector(".progress");
  const bar = box.querySelector("progress");
  const told = box.querySelector("[role=status]");
  const cancel = box.querySelector("[data-cancel]");
  const button = form.querySelector("[type=submit]");
  let key = "";

  async function ask(address, options) {
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, ...options });
      return { status: answer.status, data: await answer.json() };
    } catch (error) {
      return null;
    }
  }

  function show(data) {
    if (told.textContent !== data.text) told.textContent = data.text;
    if (data.total) {
      bar.max = Math.max(data.total, data.done);
      bar.value = data.done;
    } else {
      bar.removeAttribute("value");
    }
  }

  function end(kind, text) {
    told.textContent = text;
    box.classList.add(kind);
    bar.hidden = true;
    cancel.hidden = true;
    button.disabled = false;
  }

  async function look(mine, began) {
    if (mine !== key) return;
    const answer = await ask(form.dataset.state.replace("KEY", mine));
    if (answer && answer.status === 401) return end("bad", words.ended);
    const data = answer ? answer.data : { state: "unreached" };
    if (data.state === "done") return end("good", data.text);
    if (["stopped", "broken", "failed", "silent"].includes(data.state)) return end("bad", data.text);
    if (data.state === "running") show(data);
    if (data.state === "unknown" && Date.now() - began > BEGINS_WITHIN) {
      return end("bad", words.unknown);
    }
    setTimeout(look, LOOK_EVERY, mine, began);
  }

  form.addEventListener("submit", function () {
    /* A key of its own for each press: the one of the page would tell of the file before. */
    key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, "0")).join("");
    form.elements.key.value = key;
    box.className = "progress";
    box.hidden = bar.hidden = cancel.hidden = false;
    bar.removeAttribute("value");
    told.textContent = words.begins;
    setTimeout(look, LOOK_EVERY, key, Date.now());
  });

  cancel.addEventListener("click", function () {
    cancel.hidden = true;
    const data = new FormData();
    data.append("csrf_token", form.elements.csrf_token.value);
    ask(form.dataset.stop.replace("KEY", key), { method: "POST", body: data });
  });
})();
