// Sends forms to the service this file came from. How and why: docs/install.md
(() => {
  "use strict";
  if (window.Intake) return;

  const script = document.currentScript;
  const settings = script.dataset;
  const { now } = Date;
  const hour = 36e5;

  const attempt = (work) => {
    try {
      return work();
    } catch (error) {}
  };

  const storage = attempt(() => localStorage) || {};
  const recall = (key) => attempt(() => JSON.parse(storage[key])) || {};
  const keep = (key, value) => attempt(() => (storage[key] = JSON.stringify(value)));
  const queue = () => Object.keys(storage).filter((key) => /^intake\./.test(key));

  const marksOf = (address) =>
    address
      .split(/[?&#]|;(?=utm)/)
      .filter((pair) =>
        /^(utm_\w+|\w*cl(ic)?k?id|[gw]braid|yqrid|roistat_visit|_openstat)=./i.test(pair),
      )
      .join("&");

  // The page may have rewritten its address.
  const [{ name: page_url }] = performance.getEntriesByType("navigation");
  const { referrer } = document;
  const marks = marksOf(page_url);
  const host = "." + location.host;
  const from = "." + referrer.split("/")[2];
  const inside = !referrer || from.endsWith(host) || host.endsWith(from);
  const organic =
    /^(ysclid[^&]*$|https?:..(www\.)?(ya|yandex|google|bing|duckduckgo|go\.mail)\.)/.test(
      marks || referrer,
    );
  const typ = organic ? "organic" : marks ? "utm" : inside ? "typein" : "referral";
  const landing = { page_url, marks, referrer, typ, at: now() };
  let visit = {};
  let consent;

  const remember = () => {
    const known = recall("intake");
    const given = known.consent || {};
    if (given.text_version === settings.consent) consent = given;
    if (consent && now() - known.seen < 4380 * hour) visit = known;
    const { first_touch = landing, last_touch = landing, seen, seed } = visit;
    const running = now() - seen < hour / 2;
    const newer = marks ? marks !== last_touch.marks : organic || !(inside || running);
    visit = {
      first_touch,
      last_touch: newer ? landing : last_touch,
      seed: running ? seed : crypto.getRandomValues(new Uint32Array(4)).join("-"),
      seen: now(),
      consent,
    };
    if (consent) keep("intake", visit);
  };

  const agree = (given) => {
    consent = given && { text_version: settings.consent, at: now() };
    if (!given) delete storage.intake;
    remember();
  };

  // The same text in a visit is the same submission.
  const compose = (fields, more) => {
    let sum = 0;
    for (const char of JSON.stringify(fields)) sum = Math.imul(sum ^ char.codePointAt(), 16777619);
    remember();
    const { first_touch, last_touch, seed } = visit;
    const { marks, page_url, referrer } = last_touch;
    const { href, hash } = location;
    const own = marksOf(href);
    const cookies = consent ? document.cookie.split("; ") : [];
    return {
      submission_id: seed + sum,
      page_url: own === marks ? href : own ? page_url : href + (hash ? "&" : "#") + marks,
      page_title: document.title,
      referrer,
      first_touch,
      last_touch,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      tz_offset: new Date().getTimezoneOffset(),
      cookies: cookies
        .filter((pair) =>
          /^(_ga|_ym_|_fb|sbjs_|roistat_|TILDAUTM|WhiteCallback_visit|_ct_|cted|_comagic)/.test(
            pair,
          ),
        )
        .join("; "),
      consent: settings.consent && consent,
      ...more,
      ...fields,
    };
  };

  const open = {};

  const courier = ({ url, body, at, tries }) => {
    const key = "intake." + body.submission_id;
    const listeners = [];
    let timer = 1;
    let fails = 0;
    let late = true;
    let form, saved;

    const pack = () => {
      const text = JSON.stringify({ ...body, tries: ++tries, waited_ms: now() - at });
      const room = text.length < 64e3 && (storage[key] || queue().length < 20);
      saved = room && consent && keep(key, { url, body, at, tries }) && storage.setItem;
      return text;
    };

    const tell = (state, answer) => {
      listeners.forEach((listener) => listener(answer, state, { url, body }));
      dispatchEvent(new CustomEvent("intake-" + state, { detail: { form, ...answer } }));
      const { ym, dataLayer } = window;
      const [counter, goal] = (settings.goal || "").split(":");
      if (state !== "success") return;
      if (ym && goal) ym(counter, "reachGoal", goal);
      if (dataLayer) dataLayer.push({ event: "intake_success", number: answer.number });
    };

    // Another tab may have sent it.
    const waits = () => timer && (listeners[0] || storage[key]);
    const leave = () => waits() && navigator.sendBeacon(url, pack());

    const go = async () => {
      if (!waits()) return;
      clearTimeout(timer);
      timer = 0;
      const text = pack();
      let answer, status;
      try {
        const response = await fetch(url, {
          method: "POST",
          body: text,
          keepalive: text.length < 2e4,
          signal: AbortSignal.timeout && AbortSignal.timeout(1e4),
        });
        status = response.status;
        answer = await response.json();
      } catch (error) {}
      if (answer && /^(2|4(?!08|29))/.test(status)) {
        delete open[key];
        delete storage[key];
        return tell(answer.ok ? "success" : "error", { late, status, ...answer });
      }
      const pause = Math.max(600 * 2 ** fails++, (answer || 0).retry_after * 1e3 || 0);
      timer = setTimeout(go, pause);
      if (late || (pause < 1e3 && navigator.onLine)) return;
      late = true;
      tell("queued", {
        ok: false,
        queued: true,
        status,
        message: `Нет связи. ${saved ? "Заявка сохранена на этом устройстве и" : "Не закрывайте страницу: заявка"} уйдёт сама, как только связь появится.`,
      });
    };

    const start = (listener, source) => {
      form = source || form;
      late = fails = 0;
      listeners.push(listener);
      go();
    };
    return (open[key] = { start, go, leave, listeners });
  };

  const flush = () => {
    queue().forEach((key) => {
      const entry = recall(key);
      if (!(now() - entry.at < 168 * hour)) delete storage[key];
      else if (!open[key]) courier(entry);
    });
    Object.values(open).forEach(({ go, listeners }) =>
      setTimeout(go, listeners[0] ? 0 : 1e3 + Math.random() * 4e3),
    );
  };

  const addressOf = (site = settings.site) =>
    new URL("../submit" + (site ? "/" + site : ""), script.src).href;

  const send = (fields, { site, url = addressOf(site), form, listener = Object } = {}) => {
    const body = compose(fields, form && form.intake);
    const known = open["intake." + body.submission_id];
    const { start } = known || courier({ url, body, at: now(), tries: 0 });
    start(listener, form);
    return new Promise((resolve) => start(resolve));
  };

  const say = (form, state, text) => {
    let place = form.querySelector("[data-intake-status]");
    if (!place) {
      place = form.appendChild(document.createElement("p"));
      place.dataset.intakeStatus = "";
    }
    place.setAttribute("role", "status");
    place.textContent = text;
    form.dataset.intakeState = state;
    form.querySelectorAll("button, [type=submit]").forEach((button) => {
      button.disabled = state === "sending";
    });
    return place;
  };

  const isOurs = (form) =>
    form &&
    form.matches("form[data-intake]," + (settings.forms || "x")) &&
    !form.querySelector("[type=password]") &&
    (settings.forms !== "form" ||
      form.matches("[data-intake]") ||
      form.querySelector("[type=tel], [type=email], [name*=phone i], [name*=тел i]"));

  // Its field may be called action.
  const addressFor = (form) => {
    const { action } = form.cloneNode();
    return action.startsWith(addressOf("")) ? action : addressOf(form.dataset.site);
  };

  const read = (form, button) => {
    const fields = Object.create(null);
    new FormData(form, button).forEach((value, name) => {
      const text = value.name || value;
      if (text) fields[name] = fields[name] ? fields[name] + ", " + text : text;
    });
    return fields;
  };

  const onSubmit = (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || !isOurs(form)) return;
    if (form.dataset.intakeState === "sending") return event.preventDefault();
    if (form.querySelector("[data-intake-consent]:checked")) agree(1);
    const fields = read(form, submitter);
    const listener = (answer, state, sent) => {
      const { ok, late, message } = answer;
      const place = say(form, state, message);
      if (Intake.help) Intake.help(form, answer, sent);
      if (ok && JSON.stringify(read(form, submitter)) === JSON.stringify(fields)) form.reset();
      if (!ok || late) return;
      place.tabIndex = -1;
      place.focus();
      const next = form.dataset.redirect || settings.redirect;
      if (next) location.assign(next);
    };
    say(form, "sending", "Отправляем…");
    send(fields, { url: addressFor(form), form, listener });
    event.preventDefault(); // last: an error before leaves the form to the browser
  };

  document.addEventListener("submit", onSubmit);
  document.addEventListener("focusin", (event) => {
    const { form } = event.composedPath()[0];
    if (!isOurs(form)) return;
    form.getRootNode().addEventListener("submit", onSubmit);
    const since = now();
    const onload = () => Intake.assist(form, addressFor(form), since, consent);
    if (Intake.assist) return onload();
    const src = new URL("intake-form.js", script.src);
    const { nonce } = script;
    document.head.append(Object.assign(document.createElement("script"), { src, nonce, onload }));
  });
  document.addEventListener("visibilitychange", () =>
    Object.values(open).forEach(({ leave }) => leave()),
  );
  addEventListener("online", flush);

  const on = (state, listener) =>
    addEventListener("intake-" + state, ({ detail }) => listener(detail));
  window.Intake = { send, on, consent: agree };

  let vendor;
  const configurable = true;
  const sendCrmLead = async (crm_id, data) => send({ ...data, crm_id });
  const takeOver = (value) => {
    vendor = Object(value);
    Object.defineProperty(vendor, "sendCrmLead", {
      configurable,
      get: () => sendCrmLead,
      set() {},
    });
  };
  takeOver(window.WBK);
  attempt(() =>
    Object.defineProperty(window, "WBK", { configurable, get: () => vendor, set: takeOver }),
  );
  addEventListener("load", () => takeOver(WBK));

  remember();
  flush();
})();
