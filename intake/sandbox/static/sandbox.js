/* Keeps the page up to date and adds copy buttons. Without it the page still works. */
(function () {
  "use strict";

  const EVERY_MS = 1500;

  /* Brings `old` to look like `fresh`, leaving whatever is the same untouched. */
  function patch(old, fresh) {
    if (old.nodeType === Node.ELEMENT_NODE) keepOpen(old, fresh);
    if (old.isEqualNode(fresh)) return;
    if (old.nodeType === Node.TEXT_NODE) return old.replaceWith(fresh);
    if (old.matches("[data-list]") && fresh.matches("[data-list]")) return patchList(old, fresh);
    if (!alike(old, fresh)) return isInUse(old) || old.replaceWith(fresh);
    const pairs = Array.from(fresh.childNodes);
    Array.from(old.childNodes).forEach((child, index) => patch(child, pairs[index]));
  }

  /* Two elements whose children can be compared one by one. A select is all or nothing:
     what is chosen in it belongs to the choices it was made from. */
  function alike(old, fresh) {
    const pairs = Array.from(fresh.childNodes);
    return !old.matches("select") &&
      old.cloneNode(false).isEqualNode(fresh.cloneNode(false)) &&
      old.childNodes.length === pairs.length &&
      Array.from(old.childNodes).every((child, index) => child.nodeName === pairs[index].nodeName);
  }

  /* A form somebody is filling in stays; what it was made from is sent along and checked. */
  function isInUse(old) {
    const field = document.activeElement;
    return old.contains(field) && field.matches("input, select, textarea");
  }

  /* A list: items are the same when their data-key is; new ones are marked for a moment. */
  function patchList(old, fresh) {
    const known = new Map(Array.from(old.children, (item) => [item.dataset.key, item]));
    const first = known.has("empty");
    Array.from(fresh.children).forEach((item, index) => {
      const before = known.get(item.dataset.key);
      known.delete(item.dataset.key);
      if (before) keepOpen(before, item);
      let shown = before;
      if (!before || !before.isEqualNode(item)) {
        shown = item;
        if (before) before.replaceWith(item);
        if (!first || item.dataset.key !== "empty") flash(item);
      }
      if (old.children[index] !== shown) old.insertBefore(shown, old.children[index] || null);
    });
    known.forEach((item) => item.remove());
  }

  function flash(item) {
    item.classList.add("fresh");
    setTimeout(() => {
      item.classList.remove("fresh");
      if (!item.classList.length) item.removeAttribute("class");
    }, 1200);
  }

  /* What a person has opened stays open. */
  function keepOpen(old, fresh) {
    const opened = old.querySelectorAll("[data-key] details[open]");
    const own = old.matches("[data-key]") ? old.querySelectorAll("details[open]") : [];
    [...opened, ...own].forEach((details) => {
      const key = CSS.escape(details.closest("[data-key]").dataset.key);
      const place = fresh.matches(`[data-key="${key}"]`) ? fresh : fresh.querySelector(`[data-key="${key}"]`);
      if (place && place.querySelector("details")) place.querySelector("details").open = true;
    });
  }

  function watch(place) {
    let mark = "";
    let failed = false;
    async function look() {
      if (!document.hidden) {
        try {
          const reply = await fetch(place.dataset.live, mark ? { headers: { "If-None-Match": mark } } : {});
          if (reply.status === 404) return location.reload();
          if (reply.status === 200) {
            mark = reply.headers.get("ETag") || "";
            const page = new DOMParser().parseFromString(await reply.text(), "text/html");
            patch(place.firstElementChild, document.adoptNode(page.body.firstElementChild));
          }
          failed = false;
        } catch (error) {
          failed = true;
        }
        place.classList.toggle("stale", failed);
      }
      setTimeout(look, EVERY_MS);
    }
    setTimeout(look, EVERY_MS);
  }

  function addCopy(block) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy small quiet";
    button.textContent = "Копировать";
    const text = block.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      button.textContent = "Скопировано";
      setTimeout(() => { button.textContent = "Копировать"; }, 1500);
    });
    const frame = document.createElement("div");
    frame.className = "copy-frame";
    block.replaceWith(frame);
    frame.append(block, button);
  }

  document.querySelectorAll("[data-live]").forEach(watch);
  if (navigator.clipboard) document.querySelectorAll("[data-copyable]").forEach(addCopy);
})();
