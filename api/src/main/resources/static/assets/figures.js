// Single numbers: with their unit, how they changed, and how exact they are.

import { addressOf, show } from './address.js';
import { foreign, h, visible } from './dom.js';
import { count, duration, NOTHING, percent, points, relativeChange } from './format.js';
import { noData } from './panel.js';

const FEW = 10;
const MOST_WHOLE = 500;

/** A number with its name, and what belongs to it below. */
export function figure(name, value, ...below) {
	return h(
		'div',
		{ class: 'figure' },
		h('dt', null, name),
		h('dd', null, h('span', { class: 'value' }, value), below),
	);
}

/** An agent's name as a link to it; where it is cut off, all of it shows when pointed at or focused. */
export function agentLink({ id, name }) {
	return h(
		'a',
		{ href: addressOf(id), class: 'name', 'data-whole': visible(name).slice(0, MOST_WHOLE) },
		foreign(name),
	);
}

/** Leads back from the numbers of one environment to those of all. */
export function allEnvironments() {
	return h(
		'button',
		{ type: 'button', class: 'button', click: () => show({ environment: '', page: '1', after: '' }) },
		'Show all environments',
	);
}

/** Says that nothing ran in the environment that is shown alone. */
export function noneRanIn(environment) {
	return noData(['No agent has run in environment ', foreign(environment), ' in the last 30 days.']);
}

/** What a change is of: how the number before reads, and how the change does. */
const KINDS = {
	count: {
		before: count,
		text: (change) => (change.previous < FEW ? 'was ' + count(change.previous) : relativeChange(change)),
	},
	rate: { before: percent, text: ({ difference }) => points(difference) },
	time: {
		before: duration,
		text: (change) => (change.previous > 0 ? relativeChange(change) : 'was ' + duration(change.previous)),
	},
};

/**
 * How a number changed against the window before.
 * @param of 'count', 'rate' or 'time'; few are told as they are, because a percentage of a few says nothing
 * @param better whether 'more' or 'less' of it is good news; null if that depends on something else
 */
export function changeOf(changes, name, { of = 'count', better = null, focusable = true } = {}) {
	const change = changes?.[name];
	if (!change || change.difference === null) {
		return null;
	}
	const { difference, previous, significant } = change;
	const text = difference === 0 ? 'unchanged' : KINDS[of].text(change);
	const good = difference > 0 === (better === 'more');
	const kind =
		difference === 0 || !significant
			? 'flat'
			: better === null || (good && of === 'time' && failsMore(changes))
				? 'plain'
				: good
					? 'good'
					: 'bad';
	const chance = significant || difference === 0 ? '' : '; too little to tell from chance';
	const words = `${KINDS[of].before(previous)} in the window before${chance}`;
	return h(
		'span',
		{ class: 'change change-' + kind, 'data-tip': `${text}: ${words}`, tabindex: focusable ? '0' : null },
		h('span', { 'aria-hidden': 'true' }, difference > 0 ? '▲' : difference < 0 ? '▼' : '•'),
		' ',
		text,
		h('span', { class: 'unseen' }, `: ${words}`),
	);
}

/** To be done sooner is no good news then. */
function failsMore({ errorRate }) {
	return errorRate.significant && errorRate.difference > 0;
}

/** A rate of finished executions; there is none before one has finished. */
export function rateOf(value, { successfulExecutions, failedExecutions }) {
	return successfulExecutions + failedExecutions > 0 ? percent(value) : NOTHING;
}

/** A percentile of execution times, marked where it is estimated; the bound shows when pointed at or focused. */
export function percentile(times, name, { focusable = true } = {}) {
	const ms = times?.[name + 'Ms'];
	if (ms === null || ms === undefined) {
		return NOTHING;
	}
	return times.exact
		? duration(ms)
		: h(
				'span',
				{
					class: 'estimated',
					'data-tip': boundOf(name, times.rankErrorPercent[name]),
					tabindex: focusable ? '0' : null,
				},
				'≈\u202f' + duration(ms),
			);
}

/** What an estimated percentile is sure of. */
export function boundOf(name, error) {
	const rank = Number(name.slice(1));
	const bound = (value) => 'p' + Number(Math.min(100, Math.max(0, value)).toFixed(3));
	return `Estimated: it lies between the true ${bound(rank - error)} and ${bound(rank + error)}.`;
}

const STATUS = { OK: 'OK', WARN: 'Warning', ALERT: 'Alert', TOO_FEW: 'Too few runs', NO_DATA: 'No runs' };

/** The health of an agent, by shape, colour and word. */
export function healthBadge({ status }) {
	return h('span', { class: 'badge badge-' + status.toLowerCase() }, STATUS[status]);
}
