// Two releases of an agent side by side: what differs, and whether it is more than chance.

import { show } from './address.js';
import { ask } from './api.js';
import { foreign, h, put, visible } from './dom.js';
import { count, dollars, duration, NOTHING, percent, points } from './format.js';
import { asProblem, panel } from './panel.js';
import * as queries from './queries.js';
import { drawTable, isSaid } from './table.js';

const DAY_MS = 86_400_000;
/** 1.9 before 1.10, in every browser alike. */
const BY_NAME = new Intl.Collator('en', { numeric: true });

const VERDICTS = {
	LOWER: 'lower',
	HIGHER: 'higher',
	DIFFERENT: 'different',
	NOT_SIGNIFICANT: 'no more than chance',
	TOO_FEW: 'too few to tell',
	NOT_TESTED: 'not tested',
};

/** What is compared: the difference it is part of, which of its values, and how that reads. */
const ROWS = [
	{ name: 'Success rate', of: 'successRate', value: 'RATE', text: percent },
	{ name: 'Average time', of: 'executionTime', value: 'AVERAGE', text: duration },
	{ name: 'p50', of: 'executionTime', value: 'P50', text: duration },
	{ name: 'p95', of: 'executionTime', value: 'P95', text: duration },
	{ name: 'Tokens each', of: 'tokens', value: 'AVERAGE', text: count },
	{ name: 'Tokens, p95', of: 'tokens', value: 'P95', text: count },
	{ name: 'Cost of a success', of: 'cost', value: 'PER_SUCCESSFUL_EXECUTION', text: dollars },
];

const COLUMNS = [
	{ name: 'Measure', cell: ({ name }) => name },
	{ name: 'Before', kind: 'number', cell: ({ text, value }) => text(value.baseline) },
	{ name: 'After', kind: 'number', cell: ({ text, value }) => text(value.candidate) },
	{ name: 'Difference', kind: 'number', cell: differenceOf },
	{
		name: 'Executions',
		kind: 'number',
		cell: ({ difference }) => `${count(difference.baselineCount)} and ${count(difference.candidateCount)}`,
	},
	{ name: 'Verdict', cell: ({ difference }) => VERDICTS[difference.verdict] },
];

/** Makes the panel, which is shown where there is more than one release, or the address names two. */
export function comparisonPanel({ listener, zone }) {
	/** The releases that are compared unless the address says others; they stay while both are there. */
	let usual = {};
	let names = [];
	let isWanted = false;
	let latest = 0;
	const inner = panel({
		name: 'comparison',
		title: 'Releases compared',
		hint: 'in this window',
		query: queries.compared,
		listener,
		lines: 4,
		isWanted: () => isWanted,
		render: ({ compare }, body, state) =>
			put(
				body,
				h(
					'div',
					{ class: 'choices' },
					choice('Before', 'baseline', state.baseline, names),
					choice('After', 'candidate', state.candidate, names),
				),
				h('p', null, h('strong', null, foreign(compare.summary))),
				isSaid(compare.note) && h('p', { class: 'panel-note' }, foreign(compare.note)),
				h(
					'div',
					{ class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of differences' },
					drawTable(h('table', { class: 'compared' }), COLUMNS, rowsOf(compare), zone()),
				),
				sentencesBeside(compare).map((sentence) => h('p', { class: 'panel-note' }, foreign(sentence))),
			),
	});

	return {
		element: inner.element,
		/** Asks for the releases first: which are compared, unless the address says it, depends on them. */
		load: async (state) => {
			const turn = ++latest;
			const found = await releasesOf(state);
			if (turn !== latest) {
				return;
			}
			names = found;
			if (!names.includes(usual.baseline) || !names.includes(usual.candidate)) {
				usual = { baseline: names[1], candidate: names[0] };
			}
			const candidate = state.candidate || usual.candidate;
			const baseline =
				state.baseline ||
				[usual.baseline, names[names.indexOf(candidate) + 1], ...names].find(
					(name) => isSaid(name) && name !== candidate,
				);
			isWanted = names.length > 1 || (state.baseline !== '' && state.candidate !== '');
			if (isWanted) {
				await inner.load({ ...state, baseline, candidate });
			} else {
				inner.element.hidden = true;
				inner.element.setAttribute('aria-busy', 'false');
				inner.element.querySelector('.skeleton')?.remove();
			}
		},
	};
}

/**
 * The releases' names, the one that began last first; none where their own panel says that it cannot be told. Of those
 * that ran when the window began it is chance which ran first in it: their names tell which is the later.
 */
async function releasesOf(state) {
	try {
		// whatever the source of the numbers, releases are not cut to whole days
		const { from, to } = queries.momentsOf({ ...state, type: 'hybrid' });
		const early = from + Math.min(DAY_MS, (to - from) / 7);
		const begin = ({ firstRun }) => Math.max(early, Date.parse(firstRun));
		const { data } = await ask(queries.releases(state));
		return (data.agent?.releases ?? [])
			.filter(({ version }) => isSaid(version))
			.sort((one, other) => begin(other) - begin(one) || BY_NAME.compare(other.version, one.version))
			.map(({ version }) => version);
	} catch (failure) {
		asProblem(failure);
		return [];
	}
}

/** What is said of single differences that the summary does not say. */
function sentencesBeside(compare) {
	return [...new Set(rowsOf(compare).map(({ difference }) => difference.sentence))].filter(
		(sentence) => !compare.summary.includes(sentence),
	);
}

function choice(title, name, chosen, names) {
	const select = h(
		'select',
		{ change: () => show({ [name]: select.value }) },
		[...new Set([chosen, ...names])].map((version) => h('option', { value: version }, visible(version))),
	);
	select.value = chosen;
	return h('label', { class: 'labelled' }, h('span', null, title), select);
}

/** What both releases have executions for. */
function rowsOf(compare) {
	return ROWS.map(({ name, of, value, text }) => ({
		name,
		text,
		difference: compare[of],
		value: compare[of].values.find((each) => each.name === value),
	})).filter(({ difference, value }) => value && difference.baselineCount + difference.candidateCount > 0);
}

function differenceOf({ value: { name, difference, percent: part } }) {
	return name === 'RATE'
		? points(difference)
		: isSaid(part)
			? (part > 0 ? '+' : part < 0 ? '−' : '') + percent(Math.abs(part))
			: NOTHING;
}
