/* The list's own comforts: new rows by themselves, the keyboard, clients' clocks. The list
   works without them. */
(function () {
  "use strict";

  const LOOK_EVERY = 5000;
  const SLOWEST = 60000;
  const notice = document.querySelector("[data-newest]");
  if (!notice) return;
  const words = JSON.parse(notice.dataset.words);

  /* New rows.

     On the newest page they are put on top, unless somebody is in the middle of something
     there; elsewhere, and for those who have scrolled down, a line says how many there are. */

  const title = document.title;
  let waited = LOOK_EVERY;

  async function ask(address, type) {
    try {
      const answer = await fetch(address, { headers: { Accept: type } });
      if (answer.status === 401 || answer.redirected) return { status: 401 };
      if (!answer.ok) return null;
      return { status: 200, body: await answer.text() };
    } catch (error) {
      return null;
    }
  }

  function tell(sentence, action) {
    if (notice.dataset.told === sentence) return;
    notice.dataset.told = sentence;
    const link = document.createElement("a");
    link.href = notice.dataset.show;
    link.textContent = action;
    notice.replaceChildren(sentence + " — ", link);
  }

  /* Whether rows put on top would move what is being read or typed. */
  function isBusy() {
    const inside = document.activeElement && document.activeElement.closest(".filter, .pop, .rows, dialog");
    return scrollY > 60 || Boolean(inside) || document.querySelector("tr.at, .keep[open], dialog[open], .tick :checked, .whole :checked") !== null;
  }

  function take(page) {
    const shown = new Set(Array.from(document.querySelectorAll("a.number"), (link) => link.textContent));
    const fresh = page.querySelector(".rows");
    const rows = document.querySelector(".rows");
    if (!fresh || !rows) {
      location.reload();
      return;
    }
    let count = 0;
    for (const row of fresh.querySelectorAll("tbody tr")) {
      if (shown.has(row.querySelector("a.number").textContent)) continue;
      row.classList.add("fresh");
      count += 1;
    }
    rows.replaceWith(fresh);
    for (const part of ["#found", ".pager", ".bulk-what"]) {
      const now = page.querySelector(part), was = document.querySelector(part);
      if (now && was) was.replaceWith(now);
    }
    const next = page.querySelector("[data-newest]");
    notice.dataset.newest = next.dataset.newest;
    delete notice.dataset.told;
    notice.replaceChildren();
    said.textContent = words.came + " " + count;
    tick();
  }

  async function look() {
    if (!document.hidden) {
      const answer = await ask(notice.dataset.newest, "application/json");
      waited = answer ? LOOK_EVERY : Math.min(waited * 2, SLOWEST);
      if (answer && answer.status === 401) {
        tell(words.ended, words.enter);
        return;
      }
      const news = answer ? JSON.parse(answer.body) : { count: 0 };
      if ("alarms" in news) recount(news.alarms);
      document.title = news.count > 0 ? "(" + news.count + ") " + title : title;
      if (news.count > 0) await bring(news.text);
    }
    setTimeout(look, waited);
  }

  /* The counters above the list; not while the keyboard is on one of them. */
  function recount(text) {
    const was = document.querySelector(".alarms");
    const now = new DOMParser().parseFromString(text, "text/html").querySelectorAll(".alarm");
    const say = (alarms) => Array.from(alarms, (alarm) => alarm.textContent).join();
    if (say(was.children) !== say(now) && !was.contains(document.activeElement)) was.replaceChildren(...now);
  }

  async function bring(sentence) {
    if (!("fresh" in notice.dataset) || isBusy()) {
      tell(sentence, words.show);
      return;
    }
    const answer = await ask(notice.dataset.show, "text/html");
    if (!answer || answer.status !== 200) return;
    if (isBusy()) {
      tell(sentence, words.show);
      return;
    }
    document.title = title;
    take(new DOMParser().parseFromString(answer.body, "text/html"));
  }

  /* For those who hear the page: said once, and no line moves. */
  const said = document.createElement("p");
  said.className = "hidden";
  said.setAttribute("role", "status");
  notice.after(said);

  /* Ticking for what is done to many: how many, and a row of them at once with Shift */

  let lastTicked = null;

  function count() {
    const what = document.querySelector(".bulk-what");
    if (!what) return;
    const whole = document.querySelector(".whole input");
    const number = document.querySelectorAll(".tick :checked").length;
    const sentence = whole && whole.checked ? what.dataset.whole : what.dataset.some + ": " + number;
    if (what.textContent !== sentence) what.textContent = sentence;
  }

  function mark(box, isRange) {
    const boxes = Array.from(document.querySelectorAll(".tick input"));
    const from = boxes.indexOf(lastTicked), to = boxes.indexOf(box);
    if (isRange && from >= 0) {
      for (const each of boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) each.checked = box.checked;
    }
    lastTicked = box;
    count();
  }

  document.addEventListener("click", function (event) {
    if (event.target.matches(".tick input")) mark(event.target, event.shiftKey);
  });
  document.addEventListener("change", count);
  window.addEventListener("pageshow", count);

  /* The keyboard */

  function move(step) {
    const rows = Array.from(document.querySelectorAll(".rows tbody tr"));
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.classList.contains("at"));
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    for (const row of rows) row.classList.toggle("at", row === next);
    next.querySelector("a.number").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  function follow(relation) {
    const link = document.querySelector(".pager [rel=" + relation + "]");
    if (link) link.click();
  }

  function toggle(box) {
    if (box) box.click();
  }

  const deeds = {
    j: () => move(1),
    ArrowDown: () => move(1),
    k: () => move(-1),
    ArrowUp: () => move(-1),
    "/": () => document.getElementById("text").focus(),
    n: () => follow("next"),
    p: () => follow("prev"),
    "?": () => document.getElementById("keys").showModal(),
    x: () => toggle(document.querySelector("tr.at .tick input")),
    Enter: () => document.querySelector("tr.at a.number").click(),
  };
  /* The same keys of a Russian keyboard. */
  const russian = { о: "j", л: "k", ч: "x", т: "n", з: "p", ".": "/", ",": "?" };

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const place = event.target;
    if (event.key === "Escape" && place.id === "text") place.blur();
    if (place.closest("input:not([type=checkbox]), select, textarea, dialog, summary")) return;
    const key = deeds[event.key] ? event.key : russian[event.key.toLowerCase()];
    const isArrow = event.key.startsWith("Arrow");
    if (!deeds[key] || (isArrow && !document.querySelector("tr.at"))) return;
    if (key === "Enter" && (place.closest("a, button") || !document.querySelector("tr.at"))) return;
    event.preventDefault();
    deeds[key]();
  });

  /* An open form that is left is not wanted. */
  document.addEventListener("click", function (event) {
    for (const form of document.querySelectorAll(".keep[open]")) {
      if (!form.contains(event.target)) form.open = false;
    }
  });

  /* What is not set has no place in an address that is passed on. */
  document.addEventListener("submit", function (event) {
    if (!event.target.matches(".filter")) return;
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  });
  window.addEventListener("pageshow", function () {
    for (const field of document.querySelectorAll(".filter :disabled")) field.disabled = false;
  });

  /* Clients' clocks */

  function tick() {
    for (const clock of document.querySelectorAll("[data-offset]")) {
      const there = new Date(Date.now() + clock.dataset.offset * 60000);
      clock.textContent = there.toISOString().slice(11, 16);
      const hour = there.getUTCHours();
      clock.parentElement.classList.toggle("night", hour < 8 || hour >= 22);
    }
  }

  setTimeout(look, LOOK_EVERY);
  setInterval(tick, 20000);
})();
