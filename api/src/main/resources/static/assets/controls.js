// The controls above the numbers: window, source, environment, comparison, time zone, export.

import { show, shown } from './address.js';
import { h, put } from './dom.js';
import { now } from './server-clock.js';
import { BROWSER_ZONE, fromInput, toInput } from './time-zone.js';

const WINDOWS = { '24h': '24 h', '7d': '7 days', '30d': '30 days', '90d': '90 days', custom: 'Custom' };
const TYPES = {
	hybrid: ['Hybrid', 'Closed days from what is stored of them, everything else from the executions themselves'],
	realtime: ['Realtime', 'Everything from the executions themselves, exact'],
	aggregated: ['Aggregated', 'Whole calendar days before today, from what is stored of them'],
};
const MOST_DAYS = 400;
const DAY_MS = 86_400_000;

/** Why a window cannot be asked for; null if it can. */
export function wrongWindow({ window, from, to }) {
	if (window !== 'custom') {
		return null;
	}
	const [start, end] = [Date.parse(from), Date.parse(to)];
	return Number.isNaN(start) || Number.isNaN(end)
		? 'Choose where the window begins and ends.'
		: start >= end
			? 'The window has to begin before it ends.'
			: end - start > MOST_DAYS * DAY_MS
				? `A window is at most ${MOST_DAYS} days long.`
				: null;
}

/**
 * Makes the controls.
 * @param zone the zone of the days, when it is known
 * @param exported what each entry of the export menu does
 */
export function controls({ zone, exported }) {
	const windows = h(
		'div',
		{ class: 'segmented', role: 'group', 'aria-label': 'Window' },
		Object.entries(WINDOWS).map(([value, title]) =>
			h(
				'button',
				{ type: 'button', value, click: () => (value === 'custom' ? openCustom() : show({ window: value })) },
				title,
			),
		),
	);
	const type = h(
		'select',
		{ 'aria-label': 'Where the numbers come from', change: () => show({ type: type.value }) },
		Object.entries(TYPES).map(([value, [title]]) => h('option', { value }, title)),
	);
	const environment = h('input', {
		type: 'search',
		class: 'environment',
		placeholder: 'all',
		maxlength: '200',
		autocomplete: 'off',
		spellcheck: 'false',
		input: () => {
			editing = true;
		},
		change: chooseEnvironment,
		search: chooseEnvironment,
		blur: showEnvironment,
	});
	let editing = false;
	const compare = h('input', { type: 'checkbox', change: () => show({ compare: compare.checked ? 'on' : 'off' }) });
	const zones = h('select', { 'aria-label': 'Time zone', change: () => show({ zone: zones.value }) });
	// not of type datetime-local: a browser writes that in its own language, 11/12/2026 in English
	const moment = (id) =>
		h('input', {
			type: 'text',
			id,
			class: 'moment',
			required: true,
			placeholder: '2026-11-22 14:30',
			autocomplete: 'off',
			spellcheck: 'false',
			'aria-describedby': 'moment-hint',
		});
	const [from, to] = [moment('from'), moment('to')];
	const wrong = h('p', { class: 'wrong', role: 'alert' });
	const custom = h(
		'form',
		{ class: 'custom', hidden: true, novalidate: true, submit: apply },
		h('label', null, 'From', from),
		h('label', null, 'To', to),
		h('button', { class: 'button primary' }, 'Show'),
		h('span', { class: 'hint', id: 'moment-hint' }, 'year-month-day hour:minute'),
		wrong,
	);
	const whole = h('li', { class: 'hint', hidden: true }, 'Daily rows are of all releases and environments.');
	const menu = h(
		'details',
		{ class: 'menu' },
		h('summary', { class: 'button' }, 'Export'),
		h(
			'ul',
			null,
			exported.map(([title, act]) =>
				h(
					'li',
					null,
					h(
						'button',
						{
							type: 'button',
							click: () => {
								menu.open = false;
								act();
							},
						},
						title,
					),
				),
			),
			whole,
		),
	);
	const element = h(
		'div',
		{ class: 'controls' },
		windows,
		custom,
		h('label', { class: 'labelled' }, h('span', null, 'Source'), type),
		h('label', { class: 'labelled' }, h('span', null, 'Environment'), environment),
		h('label', { class: 'check' }, compare, 'Compare'),
		h('label', { class: 'labelled' }, h('span', null, 'Times in'), zones),
		menu,
	);

	document.addEventListener('click', (event) => menu.contains(event.target) || (menu.open = false));
	menu.addEventListener('keydown', (event) => {
		if (event.key === 'Escape' && menu.open) {
			menu.open = false;
			menu.querySelector('summary').focus();
		}
	});

	function openCustom() {
		const end = Math.floor(now() / 60_000) * 60_000;
		const { window } = shown();
		const ms = { '24h': 1, '7d': 7, '30d': 30, '90d': 90 }[window] * DAY_MS;
		show(
			window === 'custom'
				? {}
				: { window: 'custom', from: new Date(end - ms).toISOString(), to: new Date(end).toISOString() },
		);
		from.focus();
	}

	function chooseEnvironment() {
		show({ environment: environment.value.trim(), page: '1', after: '' });
		showEnvironment();
	}

	/** What is typed has been chosen or given up. */
	function showEnvironment() {
		editing = false;
		environment.value = shown().environment;
	}

	function apply(event) {
		event.preventDefault();
		const change = {
			window: 'custom',
			from: fromInput(from.value, zone()) ?? '',
			to: fromInput(to.value, zone()) ?? '',
		};
		wrong.textContent =
			change.from && change.to
				? (wrongWindow(change) ?? '')
				: 'Write both moments as 2026-11-22 14:30, or a day alone for its begin.';
		[from, to].forEach((input) => input.setAttribute('aria-invalid', String(wrong.textContent !== '')));
		if (!wrong.textContent) {
			show(change);
		}
	}

	/** Shows what is chosen. */
	function update(state, daysZone) {
		for (const button of windows.children) {
			button.setAttribute('aria-pressed', String(button.value === state.window));
		}
		type.value = state.type;
		type.title = TYPES[state.type][1];
		if (!editing) {
			environment.value = state.environment;
		}
		compare.checked = state.compare === 'on';
		put(
			zones,
			h('option', { value: 'days' }, daysZone),
			daysZone === BROWSER_ZONE ? null : h('option', { value: 'browser' }, BROWSER_ZONE + ' (here)'),
		);
		zones.value = state.zone;
		if (zones.selectedIndex < 0) {
			zones.value = 'days';
		}
		whole.hidden = !state.release && !state.environment;
		custom.hidden = state.window !== 'custom';
		if (!custom.hidden && !custom.contains(document.activeElement)) {
			from.value = toInput(state.from, zone());
			to.value = toInput(state.to, zone());
		}
		wrong.textContent = wrongWindow(state) ?? '';
	}

	return { element, update };
}
