// All agents: totals, who is in trouble and why, how it went over time, and the table of everyone.

import { addressOf } from './address.js';
import { agentsTable } from './agents-table.js';
import { executionsChart, timesChart } from './chart.js';
import { foreign, h, put } from './dom.js';
import { changeOf, figure, healthBadge } from './figures.js';
import { count, duration, percent, plural } from './format.js';
import { noData, panel, stateOf } from './panel.js';
import * as queries from './queries.js';

/** Makes the view; refresh asks everything again. */
export function overview({ listener, zone }) {
	const totals = panel({
		name: 'totals', title: 'All agents', query: queries.totals, listener, lines: 3,
		render: ({ dashboard }, body) => put(body,
			totalsOf('Last 24 hours', dashboard.last24Hours), totalsOf('Last 7 days', dashboard.last7Days), totalsOf('Last 30 days', dashboard.last30Days)),
	});
	const trouble = panel({
		name: 'trouble', title: 'Needs attention', hint: 'last 24 h', query: queries.inTrouble, listener,
		render: ({ agents }, body) => put(body, agents.totalCount ? troubleOf(agents) : stateOf('fine', 'All is well', 'No agent is off its usual.')),
	});
	const executions = seriesPanel('executions', 'Executions', (series, before) =>
		executionsChart({ series, before, zone: zone(), label: 'Executions and failures of all agents over time' }));
	const times = seriesPanel('times', 'How long they took', (series) =>
		timesChart({ series, zone: zone(), label: 'Percentiles of the execution times of all agents over time' }), 'log scale');
	const top = panel({
		name: 'top', title: 'Top agents', hint: '30 days, by success rate', query: queries.topAgents, listener,
		render: ({ dashboard }, body) => put(body, dashboard.topPerformingAgents?.length ? topOf(dashboard.topPerformingAgents)
			: noData('No agent has enough finished executions to be ranked.')),
	});
	const table = agentsTable({ listener, zone });
	const parts = [totals, trouble, executions, times, top, table];

	function seriesPanel(name, title, draw, hint) {
		return panel({
			name, title, hint, listener, lines: 6,
			query: queries.dashboardSeries,
			render: ({ dashboard }, body) => {
				const { series, before } = dashboard;
				shownSeries = series;
				put(body, series?.points.some((point) => point.totalExecutions) ? draw(series, before)
					: noData('No executions in this window.'), series?.percentilesNote && name === 'times' && h('p', { class: 'panel-note' }, series.percentilesNote));
			},
		});
	}

	let shownSeries = null;

	return {
		title: 'Overview',
		element: h('div', { class: 'view overview' }, h('h1', { class: 'unseen' }, 'All agents'), totals.element,
			h('div', { class: 'column' }, trouble.element, top.element), h('div', { class: 'column wide' }, executions.element, times.element), table.element),
		load: (state) => Promise.all(parts.map((part) => part.load(state))),
		changes: queries.dashboardChanges,
		exported: () => ({ name: 'agents', rows: table.exported(), series: shownSeries?.points ?? [] }),
		daily: '/api/v1/agent-studio/agents/metrics/export',
	};
}

function totalsOf(name, totals) {
	const { change } = totals;
	return h('div', { class: 'totals' }, h('h3', null, name), h('dl', { class: 'figures' },
		figure('Executions', count(totals.totalExecutions), changeOf(change?.totalExecutions)),
		figure('Succeeded', percent(totals.successRate), changeOf(change?.successRate, { better: 'more', rate: true })),
		figure('Failed', count(totals.failedExecutions), changeOf(change?.failedExecutions, { better: 'less' }))));
}

function troubleOf({ edges, totalCount }) {
	return [
		h('ul', { class: 'trouble' }, edges.map(({ node }) => h('li', null,
			healthBadge(node.health),
			h('div', null, h('a', { href: addressOf(node.id), class: 'name' }, foreign(node.name)),
				h('p', null, foreign(node.health.summary)),
				node.health.stuckExecutions > 0 && !node.health.findings.some(({ rule }) => rule === 'STUCK')
					? h('p', null, plural(node.health.stuckExecutions, 'run') + ' stuck') : null)))),
		totalCount > edges.length ? h('p', { class: 'panel-note' }, `and ${count(totalCount - edges.length)} more: the table below lists them first.`) : null,
	];
}

function topOf(ranked) {
	return h('ol', { class: 'top-agents' }, ranked.map(({ agent, successRate, totalExecutions, p95Ms }) => h('li', null,
		h('a', { href: addressOf(agent.id), class: 'name' }, foreign(agent.name)),
		h('span', { class: 'number' }, percent(successRate)),
		h('span', { class: 'soft' }, `${plural(totalExecutions, 'execution')}, p95 ${duration(p95Ms)}`))));
}
