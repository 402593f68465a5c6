// The part of intake.js for pages where a script may not send: it loads when that has turned out.
(() => {
  "use strict";
  const { Intake } = window;
  let frames = 0;

  // A form of text/plain spells JSON: all of the submission goes, and its id makes no second lead.
  // It stays in the outbox until a script hears the answer: nothing else tells that it arrived.
  // Aside, into a frame, goes what no form has sent, and what only a blocker seems to keep back:
  // the page stays where it is.
  Intake.post = ({ url, body }, aside) => {
    const form = document.createElement("form");
    Object.assign(form, { action: url, method: "post", enctype: "text/plain", hidden: true });
    form.acceptCharset = "utf-8";
    const redirect = (body.redirect || "") + "#="; // there has to be a "=" between name and value
    const text = JSON.stringify({ ...body, redirect });
    const middle = text.indexOf("=");
    const [name, value] = [text.slice(0, middle), text.slice(middle + 1)];
    const field = document.createElement("input");
    form.append(Object.assign(field, { type: "hidden", name, value }));
    if (aside) {
      form.target = "intake-" + ++frames;
      const frame = document.createElement("iframe");
      form.append(Object.assign(frame, { name: form.target, title: "" }));
    }
    document.body.append(form);
    form.submit();
  };
})();
