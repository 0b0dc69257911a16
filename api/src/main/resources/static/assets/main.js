// Starts the page: shows what the address says, keeps it fresh, and says how fresh it is.

import { addressOf, onChange, show, shown } from './address.js';
import { agentView } from './agent.js';
import { ask } from './api.js';
import { controls, wrongWindow } from './controls.js';
import { h, put } from './dom.js';
import { saveCsv, saveFrom, saveJson } from './export.js';
import { clock, date, duration, plural } from './format.js';
import { watch } from './live.js';
import { overview } from './overview.js';
import { stateOf } from './panel.js';
import { WINDOW_MS } from './queries.js';
import { signIn, signOutButton } from './signing-in.js';
import { isDark, onTheme, toggle } from './theme.js';
import { BROWSER_ZONE } from './time-zone.js';
import { startTips } from './tip.js';

const STALE_MS = 150_000;
const DAY_MS = 86_400_000;
const MODES = { connecting: 'connecting', live: 'live', polling: 'asks every 15 s', paused: 'paused' };

const status = { asOf: null, zone: 'UTC', through: undefined, problem: null, locked: null, mode: 'connecting', auto: true };
const main = document.getElementById('main');
const notices = document.getElementById('notices');
const toast = document.getElementById('toast');
const fresh = h('span', { class: 'fresh', role: 'status' });
const auto = h('button', { type: 'button', class: 'quiet', 'aria-pressed': 'true', click: switchAuto }, 'Auto-refresh');
const theme = h('button', { type: 'button', class: 'quiet', click: toggle });
const links = h('span', { class: 'links' });
const tools = h('span', { class: 'links' });

let view = null;
let viewed = null;
let watched = null;
let unwatch = () => {};

const listener = {
	answered(data) {
		const provenance = data.provenance ?? data.dashboard?.provenance;
		status.problem = null;
		if (provenance) {
			const other = provenance.zone !== status.zone;
			Object.assign(status, { asOf: provenance.computedAt, zone: provenance.zone, through: provenance.aggregatedThrough });
			if (other) {
				control.update(shown(), status.zone);
				load();
			}
		}
		tellFreshness();
	},
	failed(problem) {
		if (problem.kind === 'NOT_SIGNED_IN' || problem.kind === 'FORBIDDEN') {
			lock(problem);
		} else if (problem.kind === 'UNREACHABLE' || problem.kind === 'UNAVAILABLE') {
			status.problem = problem;
		}
		tellFreshness();
	},
};

const control = controls({
	zone,
	exported: [
		['What is shown, CSV', () => saveCsv(exported().name, exported().rows)],
		['What is shown, JSON', () => saveJson(exported().name, { window: { ...shown() }, asOf: status.asOf, ...exported() })],
		['Daily rows, CSV', () => saveDaily('csv')],
		['Daily rows, JSON', () => saveDaily('json')],
	],
});

document.getElementById('top').append(h('div', { class: 'top-right' }, fresh, auto, theme, tools, links));
document.getElementById('bar').append(control.element);
document.getElementById('skip').addEventListener('click', (event) => {
	event.preventDefault();
	main.focus();
});

startTips();
nameTheme();
onTheme(nameTheme);
onChange(arrive);
setInterval(tellFreshness, 5_000);
arrive();
linkGraphiql();

/** Shows what the address says. */
function arrive() {
	const state = shown();
	control.update(state, status.zone);
	if (status.locked) {
		return;
	}
	if (view === null || viewed !== state.agent) {
		const moved = view !== null;
		viewed = state.agent;
		view = state.agent ? agentView({ listener, zone, named: entitle }) : overview({ listener, zone });
		entitle(view.title);
		put(main, view.element);
		if (moved) {
			scrollTo(0, 0);
			main.focus({ preventScroll: true });
		}
	}
	load();
	follow();
}

function load() {
	const wrong = wrongWindow(shown());
	view.element.hidden = wrong !== null;
	main.querySelector(':scope > .state')?.remove();
	if (wrong) {
		main.prepend(stateOf('invalid', 'This window cannot be shown', wrong));
	} else {
		view.load(shown());
	}
}

/** Watches the numbers that are shown now. */
function follow() {
	const wanted = status.auto && !status.locked && !wrongWindow(shown()) ? view.changes(shown()) : null;
	if (wanted !== watched) {
		unwatch();
		watched = wanted;
		unwatch = wanted ? watch({ query: wanted, refresh: load, failing: () => status.problem !== null, tell: (mode) => {
			status.mode = mode;
			tellFreshness();
		} }) : () => {};
	}
}

function switchAuto() {
	status.auto = !status.auto;
	status.mode = status.auto ? 'connecting' : 'paused';
	auto.setAttribute('aria-pressed', String(status.auto));
	follow();
	tellFreshness();
}

/** Nothing is shown until there is a token that may read. */
function lock(problem) {
	if (status.locked) {
		return;
	}
	status.locked = problem;
	follow();
	view = null;
	put(main, signIn(problem, () => {
		status.locked = null;
		status.problem = null;
		put(tools, signOutButton(() => location.reload()));
		arrive();
	}));
	main.querySelector('input').focus();
}

function tellFreshness() {
	const age = status.asOf === null ? null : Date.now() - Date.parse(status.asOf);
	const stale = age > STALE_MS && status.auto;
	put(fresh, status.locked || status.asOf === null ? null : [
		h('span', { class: 'dot dot-' + (status.problem ? 'down' : stale ? 'stale' : status.mode), 'aria-hidden': 'true' }),
		`as of ${clock(status.asOf, zone())} · `, status.problem ? 'API down' : stale ? 'stale' : MODES[status.mode]]);
	const told = status.locked ? [] : [
		status.problem && ['down', status.problem.message + (status.asOf ? ` What you see is from ${clock(status.asOf, zone())}.` : '') + ' The page keeps trying.'],
		!status.problem && stale && ['stale', `Stale: these numbers are ${duration(Math.floor(age / 60_000) * 60_000)} old.`],
		behind(),
	].filter(Boolean);
	if (notices.dataset.told !== JSON.stringify(told)) {
		notices.dataset.told = JSON.stringify(told);
		put(notices, told.map(([kind, text]) => h('p', { class: 'notice notice-' + kind }, text)));
	}
}

/** Days that should have been aggregated by now: yesterday, once today is two hours old. */
function behind() {
	if (status.through === undefined) {
		return null;
	}
	if (status.through === null) {
		return ['stale', 'No day has been aggregated yet: numbers of whole days are missing until the aggregator runs.'];
	}
	const due = new Date(Date.parse(today(Date.now() - 2 * 3_600_000)) - DAY_MS);
	const days = Math.round((due - Date.parse(status.through)) / DAY_MS);
	return days > 0 ? ['stale', `Stale: days are aggregated only through ${date(status.through)}, ${plural(days, 'day')} behind. Has the aggregator run?`] : null;
}

function today(moment) {
	return new Intl.DateTimeFormat('en-CA', { timeZone: status.zone }).format(moment);
}

function zone() {
	return shown().zone === 'browser' ? BROWSER_ZONE : status.zone;
}

function exported() {
	return view?.exported() ?? { name: 'nothing', rows: [] };
}

async function saveDaily(format) {
	const state = shown();
	const custom = state.window === 'custom';
	const to = custom ? Date.parse(state.to) : Date.now();
	const from = custom ? Date.parse(state.from) : to - WINDOW_MS[state.window];
	const path = typeof view.daily === 'string' ? view.daily : view.daily(state);
	try {
		await saveFrom(`${path}?format=${format}&from=${today(from)}&to=${today(to + DAY_MS)}`, `daily.${format}`);
	} catch (problem) {
		if (!problem.kind) {
			throw problem;
		}
		listener.failed(problem);
		toast.textContent = problem.message;
		setTimeout(() => put(toast), 6_000);
	}
}

function entitle(name) {
	document.title = name.slice(0, 100) + ' · Agent Metrics';
}

function nameTheme() {
	theme.textContent = isDark() ? 'Light' : 'Dark';
	theme.setAttribute('aria-label', isDark() ? 'Use light colours' : 'Use dark colours');
}

/** GraphiQL is there where the schema may be explored, which is in the demo. */
async function linkGraphiql() {
	try {
		await ask('{ __schema { queryType { name } } }');
		const answer = await fetch('graphiql', { redirect: 'manual' });
		if (answer.ok || answer.type === 'opaqueredirect') {
			put(links, h('a', { href: 'graphiql' }, 'GraphiQL'));
		}
	} catch (problem) {
		put(links);
	}
}
