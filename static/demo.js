/* The demo page: an old-style callback button, and the notes beside the page. */
(function () {
  "use strict";

  const callback = document.getElementById("callback");
  const phone = document.getElementById("callback-phone");
  const button = document.getElementById("callback-send");
  const status = document.getElementById("callback-status");

  // As pages have called the vendor's function for years; only the answer is new.
  async function askForCall() {
    button.disabled = true;
    status.textContent = "Отправляем…";
    const fields = { phone: phone.value, comment: "Заказал обратный звонок" };
    const answer = await window.WBK.sendCrmLead(callback.dataset.crmId, fields);
    button.disabled = false;
    phone.setAttribute("aria-invalid", String(!answer.ok));
    const errors = Object.values(answer.errors || {});
    status.textContent = answer.ok
      ? "Спасибо! Позвоним в ближайшие минуты. Номер заявки — " + answer.number
      : errors[0] || answer.message;
    status.dataset.state = answer.ok ? "sent" : "error";
  }

  function showMarks() {
    const address = location.search + location.hash.replace("#", "&");
    const marks = Array.from(new URLSearchParams(address)).filter(([name]) =>
      /^utm_|clid$/.test(name),
    );
    if (!marks.length) return;
    const list = document.createElement("dl");
    marks.forEach(([name, value]) => {
      const term = list.appendChild(document.createElement("dt"));
      const text = list.appendChild(document.createElement("dd"));
      term.textContent = name;
      text.textContent = value;
    });
    document.getElementById("marks").replaceChildren(list);
  }

  function showReceipt(answer) {
    const number = document.createElement("b");
    number.textContent = answer.number;
    document.getElementById("receipt").replaceChildren("Номер вашей заявки — ", number, ".");
  }

  button.addEventListener("click", askForCall);
  window.addEventListener("hashchange", () => location.reload());
  window.addEventListener("load", () => window.Intake && window.Intake.on("success", showReceipt));
  showMarks();
})();
