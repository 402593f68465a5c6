/* The vendor's widget, as much of it as a form needs: window.WBK with sendCrmLead.
   Put <script src="…/widget/cbk.js"></script> on a page of any site. */
(() => {
  "use strict";

  const address = new URL("lead", document.currentScript.src);

  /* The visit the vendor's widget has noted on this site, if any. */
  function visit() {
    const found = /(?:^|;\s*)WhiteCallback_visit=(\d+)/.exec(document.cookie);
    return found ? { visit_id: found[1] } : {};
  }

  /* Send a lead and forget it: like the vendor's, it answers nothing. As plain text no
     browser asks for leave first, and a page that is being left still gets it sent: a short
     one, longer ones a browser refuses to keep. */
  function sendCrmLead(crm_id, lead) {
    const body = JSON.stringify({ ...visit(), ...lead, crm_id });
    fetch(address, {
      method: "POST",
      mode: "cors",
      credentials: "omit",
      keepalive: new TextEncoder().encode(body).length < 60000,
      headers: { "Content-Type": "text/plain;charset=UTF-8" },
      body,
    })
      .then((reply) => reply.json())
      .then((reply) => {
        if (reply.status_code !== 200) console.warn("WBK.sendCrmLead:", reply.message);
      })
      .catch((error) => console.warn("WBK.sendCrmLead:", error));
  }

  window.WBK = Object.assign(window.WBK || {}, { sendCrmLead });
})();
