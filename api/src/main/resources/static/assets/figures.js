// Single numbers: with their unit, how they changed, and how exact they are.

import { h } from './dom.js';
import { duration, NOTHING, percentChange, points } from './format.js';

/** A number with its name, and what belongs to it below. */
export function figure(name, value, ...below) {
	return h('div', { class: 'figure' }, h('dt', null, name), h('dd', null, h('span', { class: 'value' }, value), below));
}

/**
 * How a number changed against the window before.
 * @param better whether 'more' or 'less' of it is good news; null if neither is
 * @param rate whether it is a percentage, whose change is told in points
 */
export function changeOf(change, { better = null, rate = false, focusable = true } = {}) {
	if (!change || (rate ? change.difference : change.percent) === null) {
		return null;
	}
	const by = rate ? change.difference : change.percent;
	const text = rate ? points(by) : percentChange(by);
	const kind = by === 0 || !change.significant ? 'flat' : better === null ? 'plain' : (by > 0) === (better === 'more') ? 'good' : 'bad';
	const words = change.significant ? 'against the window before' : 'against the window before; too little to tell from chance';
	return h('span', { class: 'change change-' + kind, 'data-tip': `${text} ${words}`, tabindex: focusable ? '0' : null },
		h('span', { 'aria-hidden': 'true' }, by > 0 ? '▲' : by < 0 ? '▼' : '•'), ' ', text, h('span', { class: 'unseen' }, ` ${words}`));
}

/** A percentile of execution times, marked where it is estimated; the bound shows when pointed at or focused. */
export function percentile(times, name, { focusable = true } = {}) {
	const ms = times?.[name + 'Ms'];
	if (ms === null || ms === undefined) {
		return NOTHING;
	}
	return times.exact ? duration(ms)
		: h('span', { class: 'estimated', 'data-tip': boundOf(name, times.rankErrorPercent[name]), tabindex: focusable ? '0' : null }, '≈\u202f' + duration(ms));
}

/** What an estimated percentile is sure of. */
export function boundOf(name, error) {
	const rank = Number(name.slice(1));
	const bound = (value) => 'p' + Number(Math.min(100, Math.max(0, value)).toFixed(3));
	return `Estimated: it lies between the true ${bound(rank - error)} and ${bound(rank + error)}.`;
}

const STATUS = { OK: 'OK', WARN: 'Warning', ALERT: 'Alert', NO_DATA: 'No data' };

/** The health of an agent, by shape, colour and word. */
export function healthBadge(health) {
	const status = health?.status ?? 'NO_DATA';
	return h('span', { class: 'badge badge-' + status.toLowerCase() }, STATUS[status]);
}
