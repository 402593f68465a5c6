(() => {
"use strict";
if ((window.Intake || 0).on) return;

const script = document.currentScript;
const settings = script.dataset;
const { now } = Date;
const day = 864e5;

const attempt = (then) => {
	try {
		return then();
	} catch (error) {}
};

const storage = attempt(() => localStorage) || 0;
const session = attempt(() => sessionStorage) || {};
const recall = (key) => attempt(() => JSON.parse(storage[key])) || {};
const keep = (key, value) => attempt(() => (storage[key] = JSON.stringify(value)));
const queue = () => Object.keys(storage).filter((key) => key.startsWith("intake.js:"));

const marksOf = (address) =>
	address
		.split(/[?&#]|;(?=utm)/)
		.filter((pair) => /^(utm_\w+|\w*cl(ic)?k?id|[gw]braid|yqrid|roistat_visit|_openstat)=(?!{|%7B)./i.test(pair))
		.join("&");

const host = "." + location.host;
let visit = {};
let landing, consent, judged;

const arrive = (page_url, referrer) => {
	const marks = marksOf(page_url);
	const from = "." + referrer.split("/")[2];
	const typ =
		/^(ysclid[^&]*$|https?:..(www\.)?(ya|yandex|google|bing|duckduckgo|go\.mail|nova\.rambler)\.)/.test(marks || referrer)
			? "organic" : marks ? "utm" : !referrer || from.endsWith(host) || host.endsWith(from) ? "typein" : "referral";
	judged = 0;
	landing = { page_url, marks, referrer, typ, at: now() };
};

const remember = () => {
	if (!marksOf(location.href).split("&").every((pair) => landing.marks.includes(pair))) arrive(location.href, "");
	const known = recall("intake.js");
	const given = known.consent || {};
	if (!settings.consent || given.text_version === settings.consent) consent = given;
	if (consent && now() - known.seen < 182 * day) visit = known;
	const { first_touch = landing, last_touch = landing, seen } = visit;
	const seed = visit.seed || session.intake || crypto.getRandomValues(new Uint32Array(4)).join("-");
	const newer =
		!judged &&
		(landing.marks ? landing.marks !== last_touch.marks : { organic: 1, referral: !(now() - seen < 18e5) }[landing.typ]);
	judged = consent;
	visit = { first_touch, last_touch: newer ? landing : last_touch, seen: now(), seed, consent };
	if (consent) keep("intake.js", visit);
};

const agree = (given) => {
	consent = given && { text_version: settings.consent, at: now() };
	if (given) return remember();
	delete storage["intake.js"];
	visit = {};
};

const compose = (fields, form, url) => {
	remember();
	const { first_touch, last_touch, seed } = visit;
	const { href } = location;
	attempt(() => (session.intake = seed));
	const typed = { ...fields };
	if (form) form.querySelectorAll("[type=hidden]").forEach(({ name, value }) => /[а-яё]/i.test(value) || delete typed[name]);
	let sum = [...document.forms].indexOf(form);
	for (const c of url + href.split("#")[0] + JSON.stringify(typed)) sum = Math.imul(sum ^ c.codePointAt(), 8191);
	return {
		...fields,
		...(form && form.intake),
		submission_id: fields.submission_id || seed + ":" + sum,
		page_url: href,
		page_title: document.title,
		referrer: last_touch.referrer,
		first_touch,
		last_touch,
		timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
		tz_offset: new Date().getTimezoneOffset(),
		cookies: ((consent && attempt(() => document.cookie)) || "")
			.split("; ")
			.filter((pair) => /^(_ga|_ym_|_fb|sbjs_|roistat_|TILDAUTM|WhiteCallback_visit|_ct_|cted|_comagic)/.test(pair))
			.join("; "),
		...(settings.consent && { consent }),
	};
};

const open = {};

const courier = ({ url, body, at, tries, due = 0, last }) => {
	const key = "intake.js:" + body.submission_id;
	const listeners = [];
	let timer = -1;
	let fails = 0;
	let late = true;
	let form, saved;

	const store = () => !!keep(key, { url, body, at, tries, due, last });
	const pack = () => {
		const text = JSON.stringify({ ...body, tries: ++tries, waited_ms: now() - at });
		saved = consent && text.length < 64e3 && (storage[key] || queue().length < 20) && store();
		return text;
	};

	const tell = (answer) => {
		const state = answer.ok ? "success" : answer.queued ? "queued" : "error";
		listeners.forEach((listener) => listener(answer, state, { url, body }));
		dispatchEvent(new CustomEvent("intake-" + state, { detail: { form, ...answer } }));
	};

	const waits = () => timer && (listeners[0] || storage[key]);
	const leave = () => waits() && due < now() && navigator.sendBeacon(url, pack());
	const wait = () => {
		clearTimeout(timer);
		const pause = listeners[0] ? 0 : 1e3 + Math.random() * 4e3;
		timer = timer && setTimeout(go, Math.max(pause, due - now()));
	};

	const go = async () => {
		if (!waits()) return;
		clearTimeout(timer);
		timer = due = 0;
		const text = pack();
		let answer, status, asked;
		try {
			const response = await fetch(url, {
				method: "POST",
				body: text,
				keepalive: text.length < 2e4,
				signal: attempt(() => AbortSignal.timeout(1e4)),
			});
			({ status } = response);
			asked = response.headers.get("Retry-After");
			answer = await response.json();
		} catch (error) {}
		const { ok, number, message } = Object(answer);
		if (ok === true ? number && status < 300 : ok === false && message && /413|422/.test(status)) {
			delete open[key];
			delete storage[key];
			return tell({ late, ...answer });
		}
		if (/^4(?!00|08|13|22|29)/.test(status)) asked = 900;
		asked = Math.min(asked, 3600) * 1e3 || 0;
		const pause = Math.max(asked, Math.min(600 * 2 ** fails++, 12e4)) * (1 + Math.random() / 2);
		if (asked) due = now() + pause;
		if (storage[key]) store();
		timer = setTimeout(go, pause);
		if (late || (pause < 1e3 && now() - at < 9e3 && navigator.onLine)) return;
		late = true;
		tell({
			ok: false,
			queued: true,
			status,
			saved,
			message: (status ? "На сайте сбой" : "Нет связи") + ". Заявка уйдёт сама.",
		});
	};

	const start = (listener, source) => {
		form = source || form;
		late = fails = 0;
		listeners.push(listener);
		go();
	};
	return (open[key] = { start, wait, leave });
};

const flush = (all) => {
	queue().forEach((key) => {
		const entry = recall(key);
		if (open[key]) return;
		if (entry.last || !entry.body) return delete storage[key];
		entry.at = Math.min(entry.at, now());
		entry.due = Math.min(entry.due, now() + day / 16);
		entry.last = !(now() - entry.at < 7 * day);
		courier(entry).wait();
	});
	if (all) Object.values(open).forEach(({ wait }) => wait());
};

const load = (name, onload) =>
	attempt(() => {
		const src = new URL(name, script.src);
		document.head.append(Object.assign(document.createElement("script"), { src, nonce: script.nonce, onload }));
	});
const later = [];
const work = () => later.splice(0).forEach(attempt);
const assist = (then) => {
	later.push(then);
	Intake.assist ? work() : load("intake-form.js", work);
};
const help = (form, answer, ...told) => {
	if (form && !Intake.assist) {
		const place = form.querySelector("[data-intake-status]") || script.appendChild.call(form, document.createElement("output"));
		place.dataset.intakeStatus = "";
		place.textContent = answer.message;
	}
	assist(() => Intake.help(form, answer, ...told));
};
const addressOf = (site = settings.site) => new URL("../submit" + (site ? "/" + site : ""), script.src).href;

const send = (fields, { site, url = addressOf(site), form, listener = (answer, ...told) => answer.queued && !answer.status && navigator.onLine && help(0, answer, ...told) } = {}) => {
	const body = compose(fields, form, url);
	const { start } = open["intake.js:" + body.submission_id] || courier({ url, body, at: now(), tries: 0 });
	start(listener, form);
	return new Promise((resolve) => start(resolve));
};

const isOurs = (form) =>
	form &&
	!form.querySelector("[type=password]") &&
	(form.matches("[data-intake]") ||
		attempt(() => form.matches(settings.forms) && (settings.forms !== "form" || (Intake.isContact || (() => form.querySelector("[type=tel],[name=phone]")))(form))));

const addressFor = (form) => {
	const { action } = form.cloneNode();
	return action.startsWith(addressOf("")) ? action : addressOf(form.dataset.site);
};

const read = (form, button) => {
	const fields = Object.create(null);
	new FormData(form, button && button.type === "image" ? null : button).forEach((value, name) => {
		const text = value.trim ? value : value.name;
		if (text) fields[name] = fields[name] ? fields[name] + ", " + text : text;
	});
	(Intake.sift || Object)(form, fields);
	return fields;
};

const onSubmit = (event) => {
	const { target: form, submitter } = event;
	const { formMethod, formNoValidate } = submitter || 0;
	if (!isOurs(form) || event.defaultPrevented || [formMethod, formNoValidate && form.method].includes("dialog")) return;
	if (form.dataset.intakeState === "sending") return event.preventDefault();
	if (form.querySelector("[data-intake-consent]:checked")) agree(1);
	const fields = read(form, submitter);
	send(fields, { url: addressFor(form), form, listener: (...told) => help(form, ...told, fields, () => read(form, submitter)) });
	event.preventDefault();
	help(form, { message: "" }, "sending");
};

document.addEventListener("submit", onSubmit);
addEventListener("focusin", (event) => {
	const { form } = event.composedPath()[0];
	if (!isOurs(form)) return;
	form.getRootNode().addEventListener("submit", onSubmit);
	const since = now();
	assist(() => Intake.assist(form, addressFor(form), since, consent));
});
document.addEventListener("visibilitychange", () => {
	document.hidden ? Object.values(open).forEach(({ leave }) => leave()) : flush();
});
addEventListener("online", flush);

const on = (state, listener) => addEventListener("intake-" + state, ({ detail }) => listener(detail));
window.Intake = { send, on, load, consent: agree };
arrive((performance.getEntriesByType("navigation")[0] || 0).name || location.href, document.referrer);
remember();
flush();
setInterval(flush, 3e4);

let vendor;
const ours = async (crm_id, data) => send({ ...data, crm_id });
const sendCrmLead = { get: () => ours, set() {} };
const takeOver = (value) => {
	vendor = Object(value);
	attempt(() => Object.defineProperties(vendor, { sendCrmLead })) ||
		(vendor = Object.create(vendor, { sendCrmLead }));
};
const settle = () => {
	takeOver(window.WBK);
	if (settings.goal || settings.forms || window.dataLayer) load("intake-page.js");
};
settle();
attempt(() => Object.defineProperty(window, "WBK", { configurable: 1, get: () => vendor, set: takeOver }));
addEventListener("load", settle);
})();
