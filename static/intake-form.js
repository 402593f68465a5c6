// The part of intake.js for visitors who have touched a form: it loads on the first focus.
// Forms are sent without it as well: it keeps robots out and puts errors beside their fields.
(() => {
  "use strict";
  const { Intake } = window;
  if (!Intake || Intake.assist) return;

  const script = document.currentScript;
  const snippet = document.querySelector('script[src*="/intake.js"]') || script;
  const tokenLife = 10 * 60 * 1000;
  const similar = { phone: /phone|\btel|(^|[^а-яё])тел/i, email: /mail|почт/i };
  const askedAt = new WeakMap();
  const { origin } = new URL(script.src);
  let forbidden;

  document.addEventListener("securitypolicyviolation", (event) => {
    if (event.effectiveDirective === "connect-src" && event.blockedURI.startsWith(origin))
      forbidden = true;
  });

  function make(tag, attributes) {
    const element = document.createElement(tag);
    Object.keys(attributes).forEach((name) => element.setAttribute(name, attributes[name]));
    return element;
  }

  // A form is seen for the first time, or focused again.
  Intake.assist = (form, url, since, consent) => {
    if (!form.intake) {
      let typed = false;
      form.addEventListener("input", () => (typed = true), { once: true });
      form.intake = {
        get fill_ms() {
          return typed ? Date.now() - since : undefined;
        },
      };
      setTrap(form);
      hintPhone(form);
    }
    if (consent) askCounters(form.intake);
    if (Date.now() - (askedAt.get(form) || 0) < tokenLife) return;
    askedAt.set(form, Date.now());
    fetchToken(form, url).catch(() => askedAt.delete(form));
  };

  // Robots fill in whatever they find. People, password managers and screen readers do not find
  // this one; its style goes through the CSSOM, which a strict policy allows.
  function setTrap(form) {
    const trap = make("input", {
      name: "intake_trap",
      tabindex: "-1",
      autocomplete: "off",
      "aria-hidden": "true",
      form: "", // of no form: what another script sends of this one is as it was
      "data-1p-ignore": "",
      "data-lpignore": "true",
      "data-bwignore": "",
      "data-form-type": "other",
    });
    trap.style.cssText = "position:absolute;left:-99in;width:1px;height:1px";
    form.append(trap);
  }

  // Only what the page left open: a mask of another library keeps what it has set.
  function hintPhone(form) {
    const phone = fieldOf(form, "phone");
    if (!phone) return;
    ["inputmode", "autocomplete"].forEach((name) => {
      if (!phone.hasAttribute(name)) phone.setAttribute(name, "tel");
    });
  }

  // The counters tell their ids where their cookies cannot be read.
  function askCounters(context) {
    if (context.client_ids) return;
    const told = (context.client_ids = {});
    const { ym, gtag } = window;
    const { goal, ga } = snippet.dataset;
    const counter = parseInt(goal, 10);
    if (ym && counter) ym(counter, "getClientID", (id) => (told.ym = id));
    if (gtag && ga) gtag("get", ga, "client_id", (id) => (told.ga = id));
  }

  async function fetchToken(form, url) {
    const response = await fetch(url.replace("/submit", "/form-token"), { credentials: "omit" });
    const { token, captcha } = await response.json();
    form.intake.form_token = token;
    if (captcha) showCaptcha(form, captcha);
  }

  function showCaptcha(form, captcha) {
    const onload = () => Intake.captcha(form, captcha);
    if (Intake.captcha) return onload();
    const src = new URL("intake-captcha.js", script.src);
    const { nonce } = script;
    document.head.append(Object.assign(make("script", {}), { src, nonce, onload }));
  }

  // Not typed by anyone: it must not make another submission of the same text.
  Intake.sift = (form, fields) => {
    const { intake } = form;
    if (!intake) return;
    const move = (field, name) => {
      if (fields[field]) intake[name] = fields[field];
      delete fields[field];
    };
    ["smart-token", "cf-turnstile-response"].forEach((field) => move(field, "captcha_token"));
    move("form_token", "form_token");
    const trap = form.querySelector("[name=intake_trap]");
    if (trap && trap.value) intake.intake_trap = trap.value;
  };

  Intake.help = (form, { ok, errors, queued, status }, submission) => {
    if (ok && Intake.renew) {
      delete (form.intake || {}).captcha_token;
      Intake.renew(form);
    }
    const marked = Object.keys(errors || {}).map((key) => showError(form, key, errors[key]));
    const first = marked.find(Boolean);
    if (first) first.focus();
    // Each is told beside its field; said once more below it would only be read out twice.
    if (first && marked.every(Boolean)) say(form, "Заявка не ушла: проверьте отмеченные поля.");
    // A lost connection comes back; what the page's policy forbids a script never comes through.
    if (queued && !status && forbidden) post(submission);
  };

  function say(form, text) {
    form.querySelector("[data-intake-status]").textContent = text;
  }

  // The service says phone where the page says «Телефон».
  function fieldOf(form, key) {
    const fields = Array.from(form.elements).filter((field) => field.type !== "hidden");
    const alike = (field) => similar[key] && similar[key].test(field.name + " " + field.type);
    return fields.find((field) => field.name === key) || fields.find(alike);
  }

  function showError(form, key, text) {
    const field = fieldOf(form, key);
    if (!field) return null;
    const id = "intake-error-" + field.name;
    const note = make("span", { id, class: "intake-error" });
    const hint = field.getAttribute("aria-describedby") || "";
    const clear = () => {
      note.remove();
      field.removeAttribute("aria-invalid");
      field.setAttribute("aria-describedby", hint);
    };
    note.textContent = text;
    (field.closest("label") || field).after(note);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", (id + " " + hint).trim());
    field.addEventListener("input", clear, { once: true });
    form.addEventListener("submit", clear, { once: true });
    return field;
  }

  // A form of text/plain spells JSON: all of the submission goes, and its id makes no second lead.
  // It stays in the outbox until a script hears the answer: nothing else tells that it arrived.
  function post({ url, body }) {
    const form = make("form", {
      action: url,
      method: "post",
      enctype: "text/plain",
      "accept-charset": "utf-8",
    });
    const redirect = (body.redirect || "") + "#="; // there has to be a "=" between name and value
    const text = JSON.stringify({ ...body, redirect });
    const middle = text.indexOf("=");
    const [name, value] = [text.slice(0, middle), text.slice(middle + 1)];
    form.append(make("input", { type: "hidden", name, value }));
    document.body.append(form);
    form.submit();
  }
})();
