// The part of intake.js that only some pages need; it loads where data-goal or data-forms
// is set or the page has a dataLayer.
// Metrika hears of its goal. Forms that another script sends (Tilda, Contact Form 7, Elementor,
// WPForms) go on as they did, and a copy of each comes here.
(() => {
  "use strict";
  const { Intake } = window;
  if (Intake.isContact) return;

  const { dataset } = document.querySelector('script[src*="/intake.js"]') || document.currentScript;
  const [counter, goal] = (dataset.goal || "").split(":");
  const buttons = "button:not([type=button]):not([type=reset]), [type=submit], [type=image]";
  const required =
    "[required], [aria-required=true], [data-tilda-req='1'], .wpcf7-acceptance:not(.optional) input";
  const mistakes = ".js-error-control-box, .wpforms-has-error, [aria-invalid=true]";
  const doubts = new Map();
  let wiped;
  // What the builders add for themselves: nobody has typed it, and some of it changes each time.
  const technical =
    /^(_|tildaspec|form-?spec|formservices|intake_trap|(post|form|queried|page)_id$|(referer|page)_title$|(page_url|url_referer)$|wpforms\[(?!fields))|captcha/;

  // Of all forms ours are those that ask for a phone or an address, however they call it.
  Intake.isContact = (form) =>
    Array.from(form.querySelectorAll("input")).some(({ name, type, autocomplete, inputMode }) =>
      /phone|mail|почт|(^|[^a-zа-яё])(tel|тел)/i.test([name, type, autocomplete, inputMode].join()),
    );

  Intake.on("success", ({ number }) => {
    if (window.ym && goal) window.ym(counter, "reachGoal", goal);
    if (window.dataLayer) window.dataLayer.push({ event: "intake_success", number });
  });
  if (!dataset.forms || dataset.forms === "form") return;
  try {
    document.querySelector(dataset.forms);
  } catch (error) {
    return; // a selector with a mistake names no form
  }

  function isCopied(form) {
    return (
      form instanceof HTMLFormElement &&
      form.matches(dataset.forms) &&
      !form.querySelector("[type=password]")
    );
  }

  // A form that its own script will refuse is filled in again: it would be a lead twice.
  function isFilled(form) {
    return Array.from(form.querySelectorAll(required)).every((field) => {
      if (field.disabled || !/^(checkbox|radio)$/.test(field.type)) return field.value !== "";
      return form.querySelector(`[name="${CSS.escape(field.name)}"]:checked`) !== null;
    });
  }

  // "Next" and "Back" of a form with pages mostly have no type, and a button that sends after them.
  function isTurning(form, button) {
    const all = Array.from(form.elements).filter(
      (each) => each.matches(buttons) && !each.matches("[disabled], [hidden]"),
    );
    return button && !button.matches("[type]") && button !== all.pop();
  }

  // But so may have the one that sends ("×" or "Clear" stands after it). A copy in doubt waits for
  // a later one of its form; once the form is reset or gone, the page is left, or for a minute
  // nobody has typed there, none will come: better a lead twice than none.
  function doubt(form, copy) {
    drop(form);
    const until = Date.now() + 60000;
    const isShown = () => Array.from(form.elements).some((each) => each.getClientRects().length);
    const look = () => (Date.now() < until && isShown()) || settle(form);
    doubts.set(form, { copy, timer: setInterval(look, 1000) });
  }

  function again(form, copy) {
    if (copy) doubt(form, copy);
  }

  function drop(form) {
    const { copy, timer } = doubts.get(form) || {};
    clearInterval(timer);
    doubts.delete(form);
    return copy;
  }

  function settle(form) {
    const copy = drop(form);
    if (copy) copy();
  }

  // Elementor and WPForms number their fields; what they ask for stands in the label.
  function nameOf(form, name) {
    const part = /\[(first|middle|last)\]$/.exec(name);
    if (part) return part[1] + "_name";
    const [, inner] = /^(?:form_fields|wpforms\[fields\])\[(\w+)\]/.exec(name) || [null, name];
    if (!/^(\d+|field_\w+)$/.test(inner)) return inner;
    const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
    const group = field.closest(".wpforms-field, .elementor-field-group");
    const label = (group && group.querySelector("label")) || (field.labels || [])[0];
    const text = label ? label.textContent : field.placeholder || "";
    return text.replace(/[*:]/g, "").trim() || name;
  }

  function read(form) {
    const fields = Object.create(null);
    new FormData(form).forEach((value, name) => {
      const text = value instanceof File ? value.name : value;
      if (!text || technical.test(name)) return;
      const key = nameOf(form, name);
      fields[key] = fields[key] ? fields[key] + ", " + text : text;
    });
    if (Intake.sift) Intake.sift(form, fields);
    return fields;
  }

  // Read before the page's own script may change it, sent once that script has taken it over.
  // Tilda sends on a click and lets no submit come of it; where both come, the same text is the
  // same submission.
  function watch(event) {
    const [target] = event.composedPath();
    const button = event.type === "click" && target.closest && target.closest(buttons);
    const form = button ? button.form : target;
    if (!isCopied(form) || !isFilled(form)) return;
    const fields = read(form);
    const copy = () => Intake.send(fields, { site: form.dataset.site, form });
    const turning = isTurning(form, button);
    const before = drop(form);
    // Marks that were there before tell nothing: the mended form may still have them.
    const mistaken = form.querySelector(mistakes);
    wiped = null;
    setTimeout(() => {
      if (form.dataset.intakeState === "sending") return;
      if (!event.defaultPrevented || (!mistaken && form.querySelector(mistakes)))
        return again(form, before);
      if (form.querySelector("[data-intake-consent]:checked")) Intake.consent(true);
      if (turning && wiped !== form) return doubt(form, copy);
      drop(form);
      copy();
    });
  }

  addEventListener("reset", ({ target }) => settle((wiped = target)), true);
  addEventListener("input", ({ target: { form } }) => again(form, drop(form)), true);
  addEventListener("pagehide", () => doubts.forEach((_, form) => settle(form)));
  addEventListener("click", watch, true);
  addEventListener("submit", watch, true);
})();
