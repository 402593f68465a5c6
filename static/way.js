/* The keys of the list lead to its next submission from here too. */
(function () {
  "use strict";

  const ways = { j: "next", k: "prev", о: "next", л: "prev" };

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, select, textarea, dialog")) return;
    const way = ways[event.key.toLowerCase()];
    const link = way && document.querySelector(".way [rel=" + way + "]");
    if (link) link.click();
  });
})();
