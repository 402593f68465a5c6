// The part of intake.js for sites with a captcha: it loads when the first token says that there is one.
(() => {
  "use strict";
  const { Intake } = window;
  const { nonce } = document.currentScript;
  const vendors = {
    smartcaptcha: {
      src: "https://smartcaptcha.cloud.yandex.ru/captcha.js",
      className: "smart-captcha",
      widget: () => window.smartCaptcha,
    },
    turnstile: {
      src: "https://challenges.cloudflare.com/turnstile/v0/api.js",
      className: "cf-turnstile",
      widget: () => window.turnstile,
    },
  };
  const ids = new WeakMap();

  // The vendor's script shows what is on the page when it comes; later forms are told to it.
  Intake.captcha = (form, { kind, sitekey }) => {
    const vendor = vendors[kind];
    if (!vendor || form.querySelector("." + vendor.className)) return;
    const place = document.createElement("div");
    place.className = vendor.className;
    place.dataset.sitekey = sitekey;
    const button = form.querySelector("button:not([type=button]), [type=submit]");
    if (button) button.before(place);
    else form.append(place);
    const widget = vendor.widget();
    if (widget) return ids.set(place, widget.render(place, { sitekey }));
    const script = document.createElement("script");
    document.head.append(Object.assign(script, { src: vendor.src, nonce }));
  };

  // An answer is good for one check: the next submission of this form needs another.
  Intake.renew = (form) => {
    Object.values(vendors).forEach(({ className, widget }) => {
      const place = form.querySelector("." + className);
      // Turnstile finds a widget by its place too, SmartCaptcha takes none for the first.
      const own = className === "cf-turnstile" ? place : undefined;
      if (place && widget()) widget().reset(ids.has(place) ? ids.get(place) : own);
    });
  };
})();
