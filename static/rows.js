/* What the unfinished rows of a page have become: only these are asked about, and only the
   cells that say it are replaced. No line is read out: a page of rows would never be still. */
(function () {
  "use strict";

  const SOONEST = 4000;
  const SLOWEST = 20000;
  /* As many as are answered at once. */
  const MOST = 50;
  const CELLS = [".c-state", ".c-crm"];

  const numberOf = (row) => row.querySelector("a.number").textContent;

  async function ask(rows) {
    const address = new URL(rows[0].closest("[data-changes]").dataset.changes, location.href);
    for (const row of rows) address.searchParams.append("row", row.dataset.row);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (answer.status === 401 || answer.redirected) return { over: true };
      return answer.ok ? await answer.json() : null;
    } catch (error) {
      return null;
    }
  }

  /* Whether somebody is at this very place: has the focus in it, or has marked a text of it. */
  function isHeld(place) {
    const marked = getSelection();
    return place.contains(document.activeElement) || (!marked.isCollapsed && marked.containsNode(place, true));
  }

  /* What somebody points at or is at stays where it is, though a row above it has grown. */
  function still(change) {
    const at = document.querySelector("[data-changes] :is(tr, li):is(:focus-within, .at)") || document.querySelector("[data-changes] :is(tr, li):hover");
    const before = at && at.getBoundingClientRect().top;
    change();
    const moved = at ? at.getBoundingClientRect().top - before : 0;
    if (moved) scrollBy(0, moved);
  }

  function put(row, fresh) {
    const pairs = row.matches("tr") ? CELLS.map((cell) => [row.querySelector(cell), fresh.querySelector(cell)]) : [[row.querySelector(".badge"), fresh.querySelector(".badge")]];
    const present = pairs.filter(([was, now]) => was && now);
    if (present.some(([was]) => isHeld(was))) return;
    for (const [was, now] of present) was.replaceWith(now);
    for (const tone of ["good", "wait", "bad", "quiet"]) row.classList.toggle(tone, row.matches("tr") && fresh.classList.contains(tone));
    if (fresh.dataset.row) row.dataset.row = fresh.dataset.row;
    else delete row.dataset.row;
  }

  function take(rows, text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = new Map(Array.from(page.querySelectorAll("tbody tr"), (row) => [numberOf(row), row]));
    still(function () {
      for (const row of rows) if (row.isConnected && fresh.has(numberOf(row))) put(row, fresh.get(numberOf(row)));
    });
  }

  async function look(delay) {
    const rows = Array.from(document.querySelectorAll("[data-row]")).slice(0, MOST);
    const news = document.hidden || !rows.length ? { rows: "" } : await ask(rows);
    if (news && news.over) return;
    if (news && news.rows) take(rows, news.rows);
    const next = news && news.rows ? SOONEST : Math.min(delay * 1.3, SLOWEST);
    setTimeout(look, next, next);
  }

  setTimeout(look, SOONEST, SOONEST);
})();
