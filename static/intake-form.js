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
  const presses = new WeakMap();
  const remarks = new WeakMap();
  let notes = 0;
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

  // A field may be called `appendChild`, and then the form has no such method.
  function append(form, element) {
    return Node.prototype.appendChild.call(form, element);
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
    append(form, trap);
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
    const response = await fetch(url.replace(/\/submit(?=\/|$)/, "/form-token"), { credentials: "omit" });
    const { token, captcha } = await response.json();
    form.intake.form_token = token;
    if (!captcha) return;
    const show = () => Intake.captcha(form, captcha);
    if (Intake.captcha) show();
    else Intake.load("intake-captcha.js", show);
  }

  // Not typed by anyone.
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

  // `sent` are the fields of the form, `read()` gives those it holds now; `form` is 0 for what a
  // script has sent. Where this file was late, what it missed is told one after another.
  Intake.help = (form, answer, state, submission, sent, read) => {
    const { ok, errors, queued, saved, late, status } = answer;
    const unheard = queued && !status;
    const post = (aside) => Intake.load("intake-post.js", () => Intake.post(submission, aside));
    if (!form) return post(true);
    if (ok || state === "sending") clearRemarks(form);
    if (state === "sending") return say(form, state, "Отправляем…");
    const kept = saved ? "Заявка сохранена на этом устройстве и" : "Не закрывайте страницу: заявка";
    const place = say(form, state, queued ? answer.message.replace("Заявка", kept) : answer.message);
    if (ok && Intake.renew) {
      delete (form.intake || {}).captcha_token;
      Intake.renew(form);
    }
    const marked = Object.keys(errors || {}).map((key) => showError(form, key, errors[key]));
    const first = marked.find(Boolean);
    if (first) first.focus();
    if (first && marked.every(Boolean)) place.textContent = "Заявка не ушла: проверьте отмеченные поля.";
    if (ok && isSame(form, sent, read())) empty(form);
    if (unheard) setTimeout(() => (forbidden || isBlocked(form)) && post(!forbidden), 100);
    if (!ok || late || isNew(form, sent)) return;
    place.tabIndex = -1;
    place.focus();
    const next = form.dataset.redirect || snippet.dataset.redirect;
    const leave = () => {
      const isOver = form.dataset.intakeState === state && !isNew(form, sent);
      if (isOver && /^http/.test(make("a", { href: next }).protocol)) location.assign(next);
    };
    if (next) setTimeout(leave, 300); // listeners and counters first
  };

  function visible(form) {
    return Array.from(form.elements).filter((field) => field.type !== "hidden");
  }

  // The form still holds what was sent; hidden fields may change by themselves.
  function isSame(form, sent, held) {
    return visible(form).every(({ name }) => held[name] === sent[name]);
  }

  // Somebody types the next request: text that neither was sent nor stood there at first.
  function isNew(form, sent) {
    return visible(form).some((field) => {
      const { type, name, value, defaultValue = value } = field;
      if (value === defaultValue || type === "file" || !field.getClientRects().length) return false;
      return !(sent[name] || "").includes(value.trim());
    });
  }

  // The second click of a slow double click would send what is left: nothing.
  function empty(form) {
    HTMLFormElement.prototype.reset.call(form);
    const text = () => Array.from(new FormData(form)).join();
    const left = text();
    const stop = (event) => text() === left && event.preventDefault();
    form.addEventListener("submit", stop);
    setTimeout(() => form.removeEventListener("submit", stop), 1000);
  }

  // A blocker of the visitor's own forbids scripts alone: the third press in vain is the browser's,
  // aside, for a proxy's 502 looks alike and would take the place of what was typed.
  function isBlocked(form) {
    presses.set(form, (presses.get(form) || 0) + 1);
    return navigator.onLine && presses.get(form) % 4 === 0; // each press is told of again with the next
  }

  function say(form, state, text) {
    const place = form.querySelector("[data-intake-status]") || append(form, make("p", {}));
    place.dataset.intakeStatus = "";
    place.setAttribute("role", "status");
    place.textContent = text;
    form.dataset.intakeState = state;
    form.querySelectorAll("button, [type=submit]").forEach((button) => {
      if (state === "sending" ? !button.disabled : button.intake)
        button.disabled = button.intake = state === "sending";
    });
    return place;
  }

  // The service says phone where the page says «Телефон».
  function fieldOf(form, key) {
    const fields = visible(form);
    const alike = (field) => similar[key] && similar[key].test(field.name + " " + field.type);
    return fields.find((field) => field.name === key) || fields.find(alike);
  }

  function showError(form, key, text) {
    const field = fieldOf(form, key);
    if (!field) return null;
    const id = "intake-error-" + ++notes;
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
    remarks.set(form, (remarks.get(form) || []).concat(clear));
    return field;
  }

  function clearRemarks(form) {
    (remarks.get(form) || []).forEach((clear) => clear());
    remarks.delete(form);
  }
})();
