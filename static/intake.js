// docs/install.md
(() => {
	"use strict";
	if (window.Intake) return;

	const script = document.currentScript;
	const settings = script.dataset;
	const { now } = Date;
	const day = 864e5;

	const attempt = (work) => {
		try {
			return work();
		} catch (error) {}
	};

	const storage = attempt(() => localStorage) || Object.freeze({});
	const recall = (key) => attempt(() => JSON.parse(storage[key])) || {};
	const keep = (key, value) => attempt(() => (storage[key] = JSON.stringify(value)));
	const queue = () => Object.keys(storage).filter((key) => /^intake\.js:/.test(key));

	const marksOf = (address) =>
		address
			.split(/[?&#]|;(?=utm)/)
			.filter((pair) => /^(utm_\w+|\w*cl(ic)?k?id|[gw]braid|yqrid|roistat_visit|_openstat)=./i.test(pair))
			.join("&");

	const page_url = (performance.getEntriesByType("navigation")[0] || 0).name || location.href;
	const { referrer } = document;
	const marks = marksOf(page_url);
	const host = "." + location.host;
	const from = "." + referrer.split("/")[2];
	const inside = !referrer || from.endsWith(host) || host.endsWith(from);
	const organic =
		/^(ysclid[^&]*$|https?:..(www\.)?(ya|yandex|google|bing|duckduckgo|go\.mail|nova\.rambler)\.)/.test(
			marks || referrer,
		);
	const typ = organic ? "organic" : marks ? "utm" : inside ? "typein" : "referral";
	const landing = { page_url, marks, referrer, typ, at: now() };
	let visit = {};
	let consent, judged;

	const remember = () => {
		const known = recall("intake.js");
		const given = known.consent || {};
		if (given.text_version === settings.consent) consent = given;
		if (consent && now() - known.seen < 182 * day) visit = known;
		const { first_touch = landing, last_touch = landing, seen, seed } = visit;
		const running = now() - seen < day / 48;
		const newer =
			!judged && (marks ? marks !== last_touch.marks : organic || !(inside || running));
		judged = consent;
		visit = {
			first_touch,
			last_touch: newer ? landing : last_touch,
			seed: running || (seed && queue()[0]) ? seed : crypto.getRandomValues(new Uint32Array(4)).join("-"),
			seen: now(),
			consent,
		};
		if (consent) keep("intake.js", visit);
	};

	const agree = (given) => {
		consent = given && { text_version: settings.consent, at: now() };
		if (!given) {
			delete storage["intake.js"];
			visit = {};
		}
		remember();
	};

	const compose = (fields, more, url) => {
		let sum = 0;
		for (const char of url + JSON.stringify(fields)) sum = Math.imul(sum ^ char.codePointAt(), 16777619);
		remember();
		const { first_touch, last_touch, seed } = visit;
		const { marks, page_url, referrer } = last_touch;
		const { href, hash } = location;
		const own = marksOf(href);
		return {
			submission_id: seed + sum,
			page_url: own === marks ? href : own ? page_url : href + (hash ? "&" : "#") + marks,
			page_title: document.title,
			referrer,
			first_touch,
			last_touch,
			timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
			tz_offset: new Date().getTimezoneOffset(),
			cookies: (consent ? document.cookie : "")
				.split("; ")
				.filter((pair) => /^(_ga|_ym_|_fb|sbjs_|roistat_|TILDAUTM|WhiteCallback_visit|_ct_|cted|_comagic)/.test(pair))
				.join("; "),
			...more,
			...fields,
			...(settings.consent && { consent }),
		};
	};

	const open = {};

	const courier = ({ url, body, at, tries, due = 0 }) => {
		const key = "intake.js:" + body.submission_id;
		const listeners = [];
		let timer = -1;
		let fails = 0;
		let late = true;
		let form, saved;

		const store = () => keep(key, { url, body, at, tries, due });
		const pack = () => {
			const text = JSON.stringify({ ...body, tries: ++tries, waited_ms: now() - at });
			saved = consent && text.length < 64e3 && (storage[key] || queue().length < 20) && store();
			return text;
		};

		const tell = (answer) => {
			const state = answer.ok ? "success" : answer.queued ? "queued" : "error";
			listeners.forEach((listener) => listener(answer, state, { url, body }));
			dispatchEvent(new CustomEvent("intake-" + state, { detail: { form, ...answer } }));
			((answer.ok && window.dataLayer) || []).push({ event: "intake_success", number: answer.number });
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
					signal: AbortSignal.timeout && AbortSignal.timeout(1e4),
				});
				({ status } = response);
				asked = response.headers.get("Retry-After");
				answer = await response.json();
			} catch (error) {}
			const { ok, number, message, errors } = Object(answer);
			if (ok === true ? number && status < 300 : ok === false && (message || errors) && /413|422/.test(status)) {
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
			if (late || (pause < 1e3 && navigator.onLine)) return;
			late = true;
			tell({
				ok: false,
				queued: true,
				status,
				message: `${status ? "На сайте сбой" : "Нет связи"}. ${saved ? "Заявка сохранена на этом устройстве и" : "Не закрывайте страницу: заявка"} уйдёт сама.`,
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

	const flush = () => {
		queue().forEach((key) => {
			const entry = recall(key);
			entry.at = Math.min(entry.at, now());
			if (!(now() - entry.at < 7 * day)) delete storage[key];
			else if (!open[key]) courier(entry);
		});
		Object.values(open).forEach(({ wait }) => wait());
	};

	const addressOf = (site = settings.site) =>
		new URL("../submit" + (site ? "/" + site : ""), script.src).href;

	const send = (fields, { site, url = addressOf(site), form, listener = Object } = {}) => {
		const body = compose(fields, form && form.intake, url);
		const { start } = open["intake.js:" + body.submission_id] || courier({ url, body, at: now(), tries: 0 });
		start(listener, form);
		return new Promise((resolve) => start(resolve));
	};

	const say = (form, state, text) => {
		const place = form.querySelector("[data-intake-status]") || form.appendChild(document.createElement("p"));
		place.dataset.intakeStatus = "";
		place.setAttribute("role", "status");
		place.textContent = text;
		form.dataset.intakeState = state;
		form.querySelectorAll("button, [type=submit]").forEach((button) => {
			if (state === "sending" ? !button.disabled : button.intake)
				button.disabled = button.intake = state === "sending";
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

	const addressFor = (form) => {
		const { action } = form.cloneNode();
		return action.startsWith(addressOf("")) ? action : addressOf(form.dataset.site);
	};

	const read = (form, button) => {
		const fields = Object.create(null);
		new FormData(form, button).forEach((value, name) => {
			const text = value.trim ? value : value.name;
			if (text) fields[name] = fields[name] ? fields[name] + ", " + text : text;
		});
		(Intake.sift || Object)(form, fields);
		return fields;
	};

	const onSubmit = (event) => {
		const { target: form, submitter } = event;
		if (!isOurs(form) || event.defaultPrevented) return;
		if (form.dataset.intakeState === "sending") return event.preventDefault();
		if (form.querySelector("[data-intake-consent]:checked")) agree(1);
		const fields = read(form, submitter);
		const listener = (answer, state, sent) => {
			const { ok, late } = answer;
			const place = say(form, state, answer.message);
			(Intake.help || Object)(form, answer, sent);
			if (ok && JSON.stringify(read(form, submitter)) === JSON.stringify(fields))
				attempt(() => form.reset());
			if (!ok || late) return;
			place.tabIndex = -1;
			place.focus();
			const next = form.dataset.redirect || settings.redirect;
			if (next) location.assign(next);
		};
		say(form, "sending", "Отправляем…");
		send(fields, { url: addressFor(form), form, listener });
		event.preventDefault();
	};

	const load = (name, onload) => {
		const src = new URL(name, script.src);
		const { nonce } = script;
		document.head.append(Object.assign(document.createElement("script"), { src, nonce, onload }));
	};

	document.addEventListener("submit", onSubmit);
	addEventListener("focusin", (event) => {
		const { form } = event.composedPath()[0];
		if (!isOurs(form)) return;
		form.getRootNode().addEventListener("submit", onSubmit);
		const since = now();
		const onload = () => Intake.assist(form, addressFor(form), since, consent);
		Intake.assist ? onload() : load("intake-form.js", onload);
	});
	document.addEventListener("visibilitychange", () =>
		Object.values(open).forEach(({ leave }) => leave()),
	);
	addEventListener("online", flush);

	const on = (state, listener) =>
		addEventListener("intake-" + state, ({ detail }) => listener(detail));
	window.Intake = { send, on, consent: agree };
	if (settings.goal || settings.forms) load("intake-page.js");
	remember();
	flush();

	let vendor;
	const ours = async (crm_id, data) => send({ ...data, crm_id });
	const sendCrmLead = { get: () => ours, set() {} };
	const takeOver = (value) => {
		vendor = Object(value);
		attempt(() => Object.defineProperties(vendor, { sendCrmLead })) ||
			(vendor = Object.create(vendor, { sendCrmLead }));
	};
	takeOver(window.WBK);
	attempt(() =>
		Object.defineProperty(window, "WBK", { configurable: 1, get: () => vendor, set: takeOver }),
	);
	addEventListener("load", () => takeOver(WBK));
})();
