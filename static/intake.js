// Sends a page's forms to the service this file came from: docs/install.md. Should it fail,
// the form's own post goes through.
(function () {
  "use strict";
  if (window.Intake) return;

  const script =
    document.currentScript || document.querySelector('script[src*="/static/intake.js"]');
  const settings = script.dataset;
  const forms = "form[data-intake]" + (settings.forms ? "," + settings.forms : "");
  const markPattern =
    /[?&#;]((utm_\w+|y[msz]?clid|yqrid|g?clid|[gw]braid|fbclid|rb_clickid|roistat_visit|_openstat)=[^&#?]+)/gi;
  const cookiePattern =
    /^(_ga|_ym_|_fb[pc]|sbjs_|roistat_|TILDAUTM|WhiteCallback_visit|_ct_session|cted|_comagic_id)/;
  const alike = { phone: /phone|tel|тел/i, email: /mail|почт/i };

  // Storage may be refused: then this page remembers for itself.
  let kept = {};
  try {
    kept = JSON.parse(sessionStorage.intake) || kept;
  } catch (error) {
    // nothing yet
  }

  function keep(key, value) {
    kept[key] = value;
    try {
      sessionStorage.intake = JSON.stringify(kept);
    } catch (error) {
      // refused
    }
    return value;
  }

  // The same text keeps its id over clicks, failures and reloads; a corrected one is new.
  function submissionId(text) {
    let sum = 0;
    for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) | 0;
    const known = kept[sum];
    if (known && Date.now() - known.at < 18e5 /* 30 min */) return known.id;
    const id = crypto.getRandomValues(new Uint32Array(4)).join("-");
    return keep(sum, { id, at: Date.now() }).id;
  }

  // Still encoded: decoding here would lose cp1251.
  function marksOf(address) {
    return (address.match(markPattern) || []).map((pair) => pair.slice(1)).join("&");
  }

  // Where the visit began; other marks begin another. At once: a page may rewrite its address.
  const page_url = location.href;
  const marks = marksOf(page_url);
  let visit = kept.visit;
  if (!visit || (marks && marks !== visit.marks)) {
    visit = keep("visit", { page_url, marks, referrer: document.referrer, at: Date.now() });
  }

  // This page, with the marks of the visit.
  function currentUrl() {
    const here = location.href;
    const own = marksOf(here);
    if (own === visit.marks) return here;
    if (own) return visit.page_url;
    return here.replace(/#.*|$/, (hash) => (location.search ? "&" : "?") + visit.marks + hash);
  }

  function compose(fields) {
    const typed = {};
    Object.keys(fields).forEach((name) => {
      if (fields[name] != null && fields[name] !== "") typed[name] = fields[name];
    });
    const cookies = document.cookie.split("; ").filter((pair) => cookiePattern.test(pair));
    return {
      submission_id: submissionId(JSON.stringify(typed)),
      page_url: currentUrl(),
      page_title: document.title,
      referrer: visit.referrer,
      first_touch: visit,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      tz_offset: new Date().getTimezoneOffset(),
      cookies: cookies.join("; "),
      ...typed,
    };
  }

  function addressOf(site) {
    return new URL("../submit" + (site ? "/" + encodeURIComponent(site) : ""), script.src).href;
  }

  // Never rejects. An answer without JSON is a proxy's: tried again.
  async function deliver(address, payload, onRetry) {
    const body = JSON.stringify(payload);
    let answer = {
      ok: false,
      status: 0,
      message: "Нет связи. Всё введённое на месте: отправьте ещё раз чуть позже.",
    };
    for (const pause of [600, 1500, 4000, 0]) {
      const control = new AbortController();
      const timer = setTimeout(() => control.abort(), 10000);
      try {
        const response = await fetch(address, {
          method: "POST",
          headers: {
            Accept: "application/json",
            "Accept-Language": document.documentElement.lang || "ru",
          },
          body, // JSON as plain text: no preflight, a round trip less
          credentials: "omit",
          keepalive: body.length < 20000, // browsers refuse it over 64 kB
          signal: control.signal,
        });
        answer = { status: response.status, ...(await response.json()) };
        if (answer.status < 500) break;
      } catch (error) {
        // the next try
      } finally {
        clearTimeout(timer);
      }
      if (pause && onRetry) onRetry();
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    return answer;
  }

  // If so, CORS, a blocker or the page's policy stopped the fetch.
  function reachable() {
    return new Promise((resolve) => {
      const probe = document.createElement("script");
      probe.src = script.src.split("?")[0] + "?" + Date.now();
      probe.nonce = script.nonce;
      probe.onload = () => resolve(true);
      probe.onerror = () => resolve(false);
      document.head.append(probe);
    });
  }

  const listeners = { success: [], error: [] };

  function tell(answer, form) {
    listeners[answer.ok ? "success" : "error"].forEach((listener) =>
      setTimeout(() => listener({ form, ...answer })),
    );
    return answer;
  }

  const busy = new WeakSet();

  function read(form, button) {
    const fields = {};
    const add = (value, name) => {
      const text = typeof value === "string" ? value : value.name;
      fields[name] = name in fields ? [].concat(fields[name], text) : text;
    };
    new FormData(form).forEach(add);
    if (button && button.name) add(button.value, button.name);
    return fields;
  }

  function say(form, state, text) {
    let place = form.querySelector("[data-intake-status]");
    if (!place) {
      place = document.createElement("p");
      place.setAttribute("data-intake-status", "");
      form.append(place);
    }
    place.setAttribute("role", "status");
    place.textContent = text;
    form.setAttribute("data-intake-state", state);
    return place;
  }

  function mark(field, text) {
    const hint = field.getAttribute("aria-describedby") || "";
    const note = document.createElement("span");
    const unmark = () => {
      note.remove();
      field.removeAttribute("aria-invalid");
      field.setAttribute("aria-describedby", hint);
    };
    note.id = "intake-error-" + field.name;
    note.className = "intake-error";
    note.textContent = text;
    (field.closest("label") || field).after(note);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", note.id + " " + hint);
    field.addEventListener("input", unmark, { once: true });
    field.form.addEventListener("submit", unmark, { once: true });
  }

  // The service says phone where the page says «Телефон».
  function fieldOf(form, key) {
    const fields = Array.from(form.elements).filter((field) => field.type !== "hidden");
    const similar = (field) => alike[key] && alike[key].test(field.name + field.type);
    return fields.find((field) => field.name === key) || fields.find(similar);
  }

  function showErrors(form, { errors = {}, message = "Не получилось отправить." }) {
    const marked = [];
    Object.keys(errors).forEach((key) => {
      const field = fieldOf(form, key);
      if (!field) return (message += " " + errors[key]);
      mark(field, errors[key]);
      marked.push(field);
    });
    say(form, "error", message);
    if (marked[0]) marked[0].focus();
  }

  function showReceipt(form, message) {
    const next = form.dataset.redirect || settings.redirect;
    form.reset();
    const place = say(form, "sent", message);
    place.tabIndex = -1;
    place.focus();
    if (next) location.assign(next);
  }

  // The same submission_id: no second lead.
  function postNatively(form, address, payload) {
    const shown = new FormData(form);
    Object.keys(payload).forEach((name) => {
      if (shown.has(name)) return;
      const field = document.createElement("input");
      const value = payload[name];
      field.type = "hidden";
      field.name = name;
      field.value = Object(value) === value ? JSON.stringify(value) : value;
      form.append(field);
    });
    form.setAttribute("action", address);
    form.setAttribute("method", "post");
    HTMLFormElement.prototype.submit.call(form);
  }

  async function submit(form, address, payload) {
    const buttons = form.querySelectorAll("button:enabled, [type=submit]:enabled");
    const enable = (on) => buttons.forEach((button) => (button.disabled = !on));
    busy.add(form);
    try {
      enable(false);
      say(form, "sending", "Отправляем…");
      const answer = await deliver(address, payload, () =>
        say(form, "sending", "Связь плохая, пробуем ещё раз…"),
      );
      if (!answer.status && (await reachable())) return postNatively(form, address, payload);
      if (answer.ok) showReceipt(form, answer.message || answer.number);
      else showErrors(form, answer);
      tell(answer, form);
    } finally {
      busy.delete(form);
      enable(true);
    }
  }

  // On the document: catches forms shown later.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches(forms)) return;
    if (busy.has(form)) return event.preventDefault();
    const own = form.action.startsWith(addressOf("")) && form.action;
    const address = own || addressOf(form.dataset.site || settings.site);
    const payload = compose(read(form, event.submitter));
    event.preventDefault(); // last: an error above leaves the form to the browser
    submit(form, address, payload).catch(() => postNatively(form, address, payload));
  });

  // Resolves to {ok, id, number} or {ok: false, message, errors}.
  async function send(fields, { site = settings.site } = {}) {
    try {
      return tell(await deliver(addressOf(site), compose(fields)));
    } catch (error) {
      return tell({ ok: false, status: 0, message: String(error) });
    }
  }

  window.Intake = { send, on: (name, listener) => listeners[name].push(listener) };

  // Again on load: the vendor's widget may come later.
  function replaceVendor() {
    window.WBK = window.WBK || {};
    window.WBK.sendCrmLead = async (crm_id, data) => send({ crm_id, ...data });
  }
  replaceVendor();
  window.addEventListener("load", replaceVendor);
})();
