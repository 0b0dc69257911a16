// Starts the page: shows what the address says, keeps it fresh, and says how fresh it is.

import { here, onChange, shown } from './address.js';
import { agentView } from './agent.js';
import { ask, request } from './api.js';
import { controls, wrongWindow } from './controls.js';
import { h, put } from './dom.js';
import { saveCsv, saveFrom, saveJson } from './export.js';
import { clock, date, duration, plural } from './format.js';
import { watch } from './live.js';
import { overview } from './overview.js';
import { asProblem, sentenceOf, stateOf } from './panel.js';
import { WINDOW_MS } from './queries.js';
import { daysZone, now, setDaysZone } from './server-clock.js';
import { signIn, signOutButton } from './signing-in.js';
import { isDark, onTheme, toggle } from './theme.js';
import { BROWSER_ZONE, dayOf, plusDays } from './time-zone.js';
import { startTips } from './tip.js';

const STALE_MS = 150_000;
const DAY_MS = 86_400_000;
const MODES = { connecting: 'connecting', live: 'live', polling: 'asks every 15 s', paused: 'paused' };

const status = { asOf: null, through: null, missing: [], problem: null, locked: null, mode: 'connecting', auto: true };
const main = document.getElementById('main');
const bar = document.getElementById('bar');
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
/** Where one is, the page of the table that was left last, and how far one had scrolled at each address. */
let arrived = null;
let pageLeft = {};
const places = new Map();

const listener = {
	answered(data) {
		const provenance =
			data.provenance ?? (data.dashboard?.provenance?.computedAt ? data.dashboard.provenance : null);
		status.problem = null;
		if (provenance) {
			Object.assign(status, {
				asOf: provenance.computedAt,
				through: provenance.aggregatedThrough,
				missing: provenance.missing,
			});
			if (setDaysZone(provenance.zone)) {
				control.update(shown(), daysZone());
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
		['What is shown, CSV', () => save(async () => saveCsv((await exported()).name, (await exported()).rows))],
		[
			'What is shown, CSV for Excel',
			() => save(async () => saveCsv((await exported()).name, (await exported()).rows, { bom: true })),
		],
		[
			'What is shown, JSON',
			() =>
				save(async () =>
					saveJson((await exported()).name, {
						window: { ...shown() },
						asOf: status.asOf,
						...(await exported()),
					}),
				),
		],
		['Daily rows, CSV', () => save(() => saveDaily('csv'))],
		['Daily rows, CSV for Excel', () => save(() => saveDaily('csv', '&bom=true'))],
		['Daily rows, JSON', () => save(() => saveDaily('json'))],
	],
});

document.getElementById('top').append(h('div', { class: 'top-right' }, fresh, auto, theme, tools, links));
bar.append(control.element);
new ResizeObserver(keepClearOfBar).observe(bar);
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

/** What is scrolled to must not end up under the controls, which stay at the top of wide windows. */
function keepClearOfBar() {
	const covered = getComputedStyle(bar).position === 'sticky' ? bar.offsetHeight : 0;
	document.documentElement.style.scrollPaddingTop = covered + 'px';
}

/** Shows what the address says. */
function arrive() {
	const state = shown();
	control.update(state, daysZone());
	if (status.locked) {
		return;
	}
	const moved = view !== null && viewed !== state.agent;
	if (view === null || moved) {
		leave();
		viewed = state.agent;
		view = state.agent
			? agentView({ listener, zone, named: entitle, back: pageLeft })
			: overview({ listener, zone });
		entitle(view.title);
		put(main, view.element);
	}
	arrived = { address: here(), page: { page: state.page, after: state.after, environment: state.environment } };
	const loaded = load();
	if (moved) {
		scrollTo(0, 0);
		main.focus({ preventScroll: true });
		goBackTo(places.get(here()), loaded);
	}
	follow();
}

/** Remembers which page of the table there was, and how far one had scrolled, in the view that is about to go. */
function leave() {
	status.missing = [];
	if (view?.place) {
		places.set(arrived.address, { page: scrollY, ...view.place() });
		pageLeft = arrived.page;
	}
}

/** Scrolls to where one was when leaving, once everything is there. */
async function goBackTo(place, loaded) {
	const arrivedAt = view;
	await loaded;
	if (place && view === arrivedAt) {
		await view.goTo?.(place);
		scrollTo(0, place.page);
	}
}

function load() {
	const wrong = wrongWindow(shown());
	view.element.hidden = wrong !== null;
	main.querySelector(':scope > .state')?.remove();
	if (wrong) {
		main.prepend(stateOf('invalid', 'This window cannot be shown', wrong));
		return Promise.resolve();
	}
	return view.load(shown());
}

/** Watches the numbers that are shown now. */
function follow() {
	const wanted = status.auto && !status.locked && !wrongWindow(shown()) ? view.changes(shown()) : null;
	if (wanted !== watched) {
		unwatch();
		watched = wanted;
		unwatch = wanted
			? watch({
					query: wanted,
					refresh: load,
					failing: () => status.problem !== null,
					tell: (mode) => {
						status.mode = mode;
						tellFreshness();
					},
				})
			: () => {};
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
	put(
		main,
		signIn(problem, () => {
			status.locked = null;
			status.problem = null;
			put(
				tools,
				signOutButton(() => location.reload()),
			);
			arrive();
		}),
	);
	main.querySelector('input').focus();
}

function tellFreshness() {
	const age = status.asOf === null ? null : now() - Date.parse(status.asOf);
	const stale = age > STALE_MS && status.auto;
	put(
		fresh,
		status.locked || status.asOf === null
			? null
			: [
					h('span', {
						class: 'dot dot-' + (status.problem ? 'down' : stale ? 'stale' : status.mode),
						'aria-hidden': 'true',
					}),
					`as of ${clock(status.asOf, zone())} · `,
					status.problem ? 'API down' : stale ? 'stale' : MODES[status.mode],
				],
	);
	const told = status.locked
		? []
		: [
				status.problem && [
					'down',
					sentenceOf(status.problem) +
						(status.asOf ? ` What you see is from ${clock(status.asOf, zone())}.` : '') +
						' The page keeps trying.',
				],
				!status.problem &&
					stale && ['stale', `Stale: these numbers are ${duration(Math.floor(age / 60_000) * 60_000)} old.`],
				behind(),
				...status.missing.map((sentence) => ['stale', sentence]),
			].filter(Boolean);
	if (notices.dataset.told !== JSON.stringify(told)) {
		notices.dataset.told = JSON.stringify(told);
		put(
			notices,
			told.map(([kind, text]) => h('p', { class: 'notice notice-' + kind }, text)),
		);
	}
}

/** Days that should have been aggregated by now: yesterday, once today is two hours old. */
function behind() {
	if (status.through === null) {
		return null;
	}
	const due = Date.parse(dayOf(now() - 2 * 3_600_000, daysZone())) - DAY_MS;
	const days = Math.round((due - Date.parse(status.through)) / DAY_MS);
	const through = `Stale: days are aggregated only through ${date(status.through)}, ${plural(days, 'day')} behind.`;
	return days > 0 ? ['stale', through + ' Has the aggregator run?'] : null;
}

function zone() {
	return shown().zone === 'browser' ? BROWSER_ZONE : daysZone();
}

async function exported() {
	return (await view?.exported()) ?? { name: 'nothing', rows: [] };
}

/** The days that the window has a part of: it ends before the moment at its end. */
async function saveDaily(format, more = '') {
	const state = shown();
	const custom = state.window === 'custom';
	const to = custom ? Date.parse(state.to) : now();
	const from = custom ? Date.parse(state.from) : to - WINDOW_MS[state.window];
	const path = typeof view.daily === 'string' ? view.daily : view.daily(state);
	const end = dayOf(plusDays(to - 1, 1, daysZone()), daysZone());
	await saveFrom(`${path}?format=${format}&from=${dayOf(from, daysZone())}&to=${end}${more}`, `daily.${format}`);
}

/** Saves a file, or says why there is none. */
async function save(act) {
	try {
		await act();
	} catch (failure) {
		const problem = asProblem(failure);
		listener.failed(problem);
		toast.textContent = 'Not saved: ' + sentenceOf(problem);
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
		const answer = await request('graphiql', { redirect: 'manual' });
		if (answer.ok || answer.type === 'opaqueredirect') {
			put(links, h('a', { href: 'graphiql' }, 'GraphiQL'));
		}
	} catch (problem) {
		put(links);
	}
}
