// One agent: its numbers in the window, how they moved, how its times are distributed, what fails, and the runs behind it.

import { addressOf } from './address.js';
import { executionsChart, timesChart } from './chart.js';
import { distributionPanel } from './distribution.js';
import { foreign, h, put } from './dom.js';
import { executionsPanel } from './executions.js';
import { changeOf, figure, healthBadge, percentile } from './figures.js';
import { count, dateTime, duration, percent, plural } from './format.js';
import { noData, panel, stateOf } from './panel.js';
import * as queries from './queries.js';

const TRENDS = { IMPROVING: 'improving', DECLINING: 'declining', STABLE: 'stable', INSUFFICIENT_DATA: 'too few runs to tell', NO_DATA: 'no finished runs' };

/** Makes the view. */
export function agentView({ listener, zone, named }) {
	const title = h('h1', null, 'Agent');
	const health = h('div', { class: 'health' });
	let agent = null;
	let series = null;

	const numbers = panel({
		name: 'numbers', title: 'In this window', query: queries.agent, lines: 3,
		listener: { ...listener, answered: (data) => listener.answered({ provenance: data.agent?.metrics?.provenance }) },
		render: (data, body) => {
			agent = data.agent;
			put(title, agent ? foreign(agent.name) : 'Unknown agent');
			named(agent?.name ?? 'Unknown agent');
			put(health, agent?.health ? healthOf(agent.health) : null);
			put(body, !agent ? stateOf('empty', 'No such agent', 'No agent has the id in this address.') : agent.metrics ? numbersOf(agent.metrics) : null);
		},
	});
	const executions = seriesPanel('executions', 'Executions', (found, before) =>
		executionsChart({ series: found, before, zone: zone(), label: 'Executions and failures of this agent over time' }));
	const times = seriesPanel('times', 'How long they took', (found) =>
		timesChart({ series: found, zone: zone(), label: 'Percentiles of this agent\'s execution times over time', bands: true }), 'log scale');
	const distribution = distributionPanel({ listener });
	const errors = panel({
		name: 'errors', title: 'Errors', query: queries.errors, listener,
		render: ({ agentMetrics }, body) => put(body, agentMetrics.topErrors?.length ? errorsOf(agentMetrics.topErrors, zone()) : stateOf('fine', 'No errors', 'No execution in this window has an error message.')),
	});
	const stuck = panel({
		name: 'stuck', title: 'Stuck runs', hint: 'now', query: queries.stuck, listener, lines: 2,
		render: (data, body) => put(body, data.agent?.stuckExecutions?.length ? stuckOf(data.agent.stuckExecutions, zone()) : stateOf('fine', 'None', 'No run takes far longer than this agent\'s runs do.')),
	});
	const runs = executionsPanel({ listener, zone });
	const parts = [numbers, executions, times, distribution, errors, stuck, runs];

	function seriesPanel(name, heading, draw, hint) {
		return panel({
			name, title: heading, hint, query: queries.agentSeries, listener, lines: 6,
			render: ({ agentMetrics }, body) => {
				series = agentMetrics.series;
				put(body, series?.points.some((point) => point.totalExecutions) ? draw(series, agentMetrics.previous?.series)
					: noData('This agent has no executions in this window.'), series?.percentilesNote && name === 'times' && h('p', { class: 'panel-note' }, series.percentilesNote));
			},
		});
	}

	return {
		title: 'Agent',
		element: h('div', { class: 'view agent' },
			h('div', { class: 'who' }, h('p', null, h('a', { href: addressOf(null), class: 'back' }, '← All agents')), title, health), parts.map((part) => part.element)),
		load: (state) => Promise.all(parts.map((part) => part.load(state))),
		changes: queries.agentChanges,
		exported: () => ({ name: 'agent', rows: series?.points ?? [], agent }),
		daily: (state) => `/api/v1/agent-studio/agents/${encodeURIComponent(state.agent)}/metrics/export`,
	};
}

function healthOf(health) {
	return [healthBadge(health), h('div', null, (health.findings.length ? health.findings.map(({ sentence }) => sentence) : [health.summary]).map((sentence) => h('p', null, foreign(sentence))))];
}

function numbersOf(metrics) {
	const { executionTimes: times, change } = metrics;
	if (!metrics.totalExecutions) {
		return noData('This agent has no executions in this window.');
	}
	const comparable = change?.comparable ? change : null;
	const finished = metrics.successfulExecutions + metrics.failedExecutions > 0;
	return [
		h('dl', { class: 'figures' },
			figure('Executions', count(metrics.totalExecutions), changeOf(comparable?.totalExecutions)),
			figure('Succeeded', finished ? percent(metrics.successRate) : '–', changeOf(comparable?.successRate, { better: 'more', rate: true })),
			figure('Failed', count(metrics.failedExecutions), changeOf(comparable?.failedExecutions, { better: 'less' })),
			figure('p50', percentile(times, 'p50'), changeOf(comparable?.p50Ms, { better: 'less' })),
			figure('p95', percentile(times, 'p95'), changeOf(comparable?.p95Ms, { better: 'less' })),
			figure('p99', percentile(times, 'p99'), changeOf(comparable?.p99Ms, { better: 'less' })),
			figure('Average', duration(times?.avgMs), changeOf(comparable?.avgMs, { better: 'less' }))),
		h('p', { class: 'soft' }, [
			`success rate ${TRENDS[metrics.trend]}`,
			metrics.cancelledExecutions && plural(metrics.cancelledExecutions, 'execution') + ' cancelled',
			metrics.inProgressExecutions && plural(metrics.inProgressExecutions, 'execution') + ' in progress',
			times?.count > 0 && `from ${duration(times.minMs)} to ${duration(times.maxMs)}`,
		].filter(Boolean).join(' · ')),
		change && !change.comparable && h('p', { class: 'panel-note' }, 'Not comparable with the window before: ' + change.note),
	];
}

function errorsOf(groups, zone) {
	return h('ul', { class: 'errors' }, groups.map((group) => h('li', null,
		h('div', { class: 'error-head' }, h('strong', null, count(group.count)), h('span', null, percent(group.share)),
			group.isNew && h('span', { class: 'badge badge-warn' }, 'New'),
			h('span', { class: 'soft' }, `first ${dateTime(group.firstSeen, zone)}, last ${dateTime(group.lastSeen, zone)}`)),
		share(group.share), h('p', { class: 'message', dir: 'auto', tabindex: group.error.length > 120 ? '0' : null }, group.error))));
}

function share(percentage) {
	const bar = h('span');
	bar.style.width = Math.min(100, percentage) + '%';
	return h('div', { class: 'share', 'aria-hidden': 'true' }, bar);
}

function stuckOf(runs, zone) {
	return h('ul', { class: 'stuck' }, runs.map(({ execution, runningMs, limitMs }) => h('li', null,
		h('strong', null, 'running for ' + duration(runningMs)), h('span', null, `(usual at most ${duration(limitMs)})`),
		h('span', { class: 'soft' }, `since ${dateTime(execution.executionStart, zone)}`), h('code', null, execution.id))));
}
