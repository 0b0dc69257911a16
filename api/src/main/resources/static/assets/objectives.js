// How agents stand with their objectives: how much was promised, how much was kept, and how fast the rest is used up.

import { burnDownChart } from './chart.js';
import { foreign, h, put } from './dom.js';
import { agentLink } from './figures.js';
import { amount, count, dateTime, duration, NOTHING, percent } from './format.js';
import { orProblem, panel } from './panel.js';
import * as queries from './queries.js';
import { drawTable, isSaid } from './table.js';

/** What a status is called, and the badge of health that looks like it. */
const STATUS = {
	BROKEN: { badge: 'alert', word: 'Broken' },
	UNDECIDED: { badge: 'warn', word: 'On the edge' },
	MET: { badge: 'ok', word: 'Met' },
	TOO_FEW: { badge: 'no_data', word: 'Too few runs' },
	NO_DATA: { badge: 'no_data', word: 'No runs' },
};

const COLUMNS = [
	{ name: 'Status', cell: statusOf },
	{ name: 'Objective', cell: ({ objective }) => promiseOf(objective) },
	{ name: 'Executions', kind: 'number', cell: ({ executions }) => count(executions) },
	{ name: 'Attained', kind: 'number', cell: attainedOf },
	{ name: 'Budget left', kind: 'number', cell: budgetOf },
	{ name: 'Burn rate, 1\u202fh', kind: 'number', cell: (standing) => rateOf(standing, 1) },
	{ name: '6\u202fh', kind: 'number', cell: (standing) => rateOf(standing, 6) },
	{ name: '3 days', kind: 'number', cell: (standing) => rateOf(standing, 72) },
	{ name: 'Gone by', cell: goneBy },
];

const AGENT = { name: 'Agent', kind: 'agent-cell', cell: ({ agent }) => agentLink(agent) };

/** Makes the panel of those that all agents have least left of; it is shown where there are any. */
export function objectivesPanel({ listener, zone }) {
	return panel({
		...look(listener),
		hint: 'the least budget left first',
		query: queries.objectives,
		isWanted: ({ objectives }) => objectives.totalCount + objectives.problems.length > 0,
		render: ({ objectives: { edges, totalCount, problems } }, body) =>
			put(
				body,
				edges.length > 0 &&
					table(
						[AGENT, ...COLUMNS],
						edges.map(({ node }) => node),
						zone(),
					),
				totalCount > edges.length &&
					h('p', { class: 'panel-note' }, `and ${count(totalCount - edges.length)} more`),
				problems.map((problem) => h('p', { class: 'panel-note' }, foreign(problem))),
			),
	});
}

/** Makes the panel of one agent's; it is shown where it has any. */
export function agentObjectivesPanel({ listener, zone }) {
	return panel({
		...look(listener),
		query: queries.agentObjectives,
		isWanted: ({ agent }) => agent?.objectives?.length > 0,
		render: ({ agent }, body) => {
			const objectives = agent?.objectives ?? [];
			put(
				body,
				objectives.length > 0 && [
					table(COLUMNS, objectives, zone()),
					h(
						'div',
						{ class: 'burn-downs' },
						objectives.map((standing) => orProblem(() => burnDownOf(standing, zone()))),
					),
				],
			);
		},
	});
}

function look(listener) {
	return { name: 'objectives', title: 'Objectives', lines: 3, listener };
}

function table(columns, rows, zone) {
	return h(
		'div',
		{ class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of objectives' },
		drawTable(h('table', { class: 'objectives' }), columns, rows, zone),
	);
}

/** What is left of the budget day by day, and all of it in words. */
function burnDownOf(standing, zone) {
	const { objective, sentence, executions, provenance } = standing;
	return h(
		'div',
		{ class: 'burn-down' },
		h('h3', null, 'Budget of “', foreign(objective.name), '”'),
		h('p', { class: 'soft' }, foreign(sentence)),
		executions > 0 &&
			isSure(standing) &&
			orProblem(() =>
				burnDownChart({
					days: standing.burnDown,
					zone,
					label: `What was left of the budget of ${objective.name}`,
				}),
			),
		orProblem(() => provenance.missing.map((missing) => h('p', { class: 'panel-note' }, missing))),
	);
}

/** By shape, colour and word; all of it in a sentence when pointed at or focused. */
function statusOf({ status, sentence }) {
	const { badge, word } = STATUS[status];
	return h('span', { class: 'badge badge-' + badge, 'data-tip': sentence, tabindex: '0' }, word);
}

function promiseOf({ name, kind, targetPercent, withinMs, days, environments }) {
	return [
		h('strong', null, foreign(name)),
		h(
			'span',
			{ class: 'soft' },
			kind === 'SUCCESS_RATE'
				? ` ${percent(targetPercent)} succeed`
				: ` ${percent(targetPercent)} within ${duration(withinMs)}`,
			`, ${days}\u202fd`,
			environments.length > 0 && [', ', foreign(environments.join(', '))],
		),
	];
}

/** Marked where it is estimated, with its bound. */
function attainedOf({ attainedPercent, attainedErrorPercent }) {
	return estimate(percent(attainedPercent), attainedErrorPercent > 0 && percent(attainedErrorPercent));
}

/** In percent, and in executions of all that may miss. */
function budgetOf(standing) {
	const { budgetLeftPercent, budgetLeft, budget, missedError } = standing;
	return standing.executions === 0
		? NOTHING
		: !isSure(standing)
			? h('span', { class: 'soft' }, 'too few to say')
			: [
					estimate(percent(budgetLeftPercent), missedError > 0 && `${amount(missedError)} executions`),
					h('span', { class: 'soft below' }, `${amount(budgetLeft)} of ${amount(budget)}`),
				];
}

/** Whether there are executions enough to say more than how many missed. */
function isSure({ status }) {
	return status !== 'TOO_FEW' && status !== 'NO_DATA';
}

function estimate(text, bound) {
	return bound
		? h(
				'span',
				{ class: 'estimated', 'data-tip': `Estimated: off by at most ${bound}.`, tabindex: '0' },
				'≈\u202f' + text,
			)
		: text;
}

/** Over the last so many hours, where that is known. */
function rateOf(standing, hours) {
	const rate = standing.burnRates.find((burn) => burn.hours === hours)?.rate;
	return isSaid(rate) && isSure(standing) ? `${amount(rate)}×` : NOTHING;
}

/** When the budget is gone at the fastest of the rates, which is what is urgent. */
function goneBy(standing, zone) {
	const [gone] = standing.burnRates
		.map(({ budgetGoneAt }) => budgetGoneAt)
		.filter(isSaid)
		.toSorted((one, other) => Date.parse(one) - Date.parse(other));
	return standing.status === 'BROKEN' ? 'gone' : isSaid(gone) && isSure(standing) ? dateTime(gone, zone) : NOTHING;
}
