// All agents: totals, who is in trouble and why, how it went over time, and the table of everyone.

import { addressOf } from './address.js';
import { agentsTable } from './agents-table.js';
import { annotationList, annotationsOf } from './annotations.js';
import { executionsChart, timesChart } from './chart.js';
import { foreign, h, put } from './dom.js';
import { agentLink, allEnvironments, changeOf, figure, healthBadge, noneRanIn, rateOf } from './figures.js';
import { count, duration, percent, plural } from './format.js';
import { objectivesPanel } from './objectives.js';
import { noData, orProblem, panel, stateOf } from './panel.js';
import * as queries from './queries.js';

/** Makes the view; refresh asks everything again. */
export function overview({ listener, zone }) {
	const totals = panel({
		name: 'totals',
		title: 'All agents',
		query: queries.totals,
		listener,
		lines: 3,
		render: ({ dashboard }, body, { environment }) => {
			const reason = environment
				? 'not all that ran in this environment is known.'
				: 'no execution is older than that.';
			put(
				body,
				totalsOf('Last 24 hours', dashboard.last24Hours, reason),
				totalsOf('Last 7 days', dashboard.last7Days, reason),
				totalsOf('Last 30 days', dashboard.last30Days, reason),
			);
		},
	});
	const trouble = panel({
		name: 'trouble',
		title: 'Needs attention',
		hint: 'last 24 h',
		query: queries.inTrouble,
		listener,
		render: (data, body, state) => {
			const common = ofAllAgents(data);
			put(body, common, (!common || data.agents.totalCount > 0) && troubleOf(data, state));
		},
	});
	const executions = seriesPanel('executions', 'Executions', (dashboard) =>
		executionsChart({
			series: dashboard.series,
			before: shown.compare ? dashboard.before : null,
			earlier: shown.compare,
			annotations: annotationsOf(() => dashboard.annotations),
			zone: zone(),
			label: 'Executions and failures of all agents over time',
		}),
	);
	const times = seriesPanel(
		'times',
		'How long they took',
		(dashboard) =>
			timesChart({
				series: dashboard.series,
				annotations: annotationsOf(() => dashboard.annotations),
				zone: zone(),
				label: 'Percentiles of the execution times of all agents over time',
			}),
		'log scale',
	);
	const top = panel({
		name: 'top',
		title: 'Top agents',
		hint: '30 days, by success rate',
		query: queries.topAgents,
		listener,
		render: ({ dashboard }, body) => put(body, topOf(dashboard)),
	});
	const objectives = objectivesPanel({ listener, zone });
	const table = agentsTable({ listener, zone });
	const spans = panel({
		name: 'spans',
		title: 'Received spans',
		hint: 'counted by the hour, for 30 days',
		query: queries.receivedSpans,
		listener,
		isWanted: ({ receivedSpans }) => receivedSpans.totals.received > 0,
		render: ({ receivedSpans }, body) => put(body, spansOf(receivedSpans)),
	});
	const parts = [totals, trouble, executions, times, top, objectives, table, spans];

	function seriesPanel(name, title, draw, hint) {
		return panel({
			name,
			title,
			hint,
			listener,
			lines: 6,
			query: queries.dashboardSeries,
			render: ({ dashboard }, body, state) => {
				const { series } = dashboard;
				shown = { series, compare: queries.comparison(state) };
				put(
					body,
					series.points.some((point) => point.totalExecutions)
						? draw(dashboard)
						: [
								noData('No executions in this window.'),
								annotationList(
									annotationsOf(() => dashboard.annotations),
									zone(),
								),
							],
					series.percentilesNote &&
						name === 'times' &&
						h('p', { class: 'panel-note' }, series.percentilesNote),
				);
			},
		});
	}

	const narrowed = h('p', { class: 'alone', hidden: true });
	let shown = { series: null, compare: null };

	return {
		title: 'Overview',
		element: h(
			'div',
			{ class: 'view overview' },
			h('h1', { class: 'unseen' }, 'All agents'),
			narrowed,
			totals.element,
			h('div', { class: 'column' }, trouble.element, top.element),
			h('div', { class: 'column wide' }, executions.element, times.element),
			objectives.element,
			table.element,
			spans.element,
		),
		load: (state) => {
			narrowed.hidden = !state.environment;
			put(narrowed, state.environment && narrowing(state.environment));
			return Promise.all(parts.map((part) => part.load(state)));
		},
		changes: queries.dashboardChanges,
		exported: async () => ({ name: 'agents', rows: await table.exported(), series: shown.series?.points ?? [] }),
		place: () => ({ table: table.place() }),
		goTo: (place) => table.goTo(place.table),
		daily: 'api/v1/agent-studio/agents/metrics/export',
	};
}

/** Says that the numbers are of one environment alone, and leads back to all. */
function narrowing(environment) {
	return [
		'Numbers and charts are of environment ',
		foreign(environment),
		' alone, and agents those that have run there in the last 30 days; their health is of all executions, ',
		'and objectives are of those that they name. ',
		allEnvironments(),
	];
}

/** @param reason why the numbers are not compared, where they are not */
function totalsOf(name, totals, reason) {
	const change = totals.change?.comparable ? totals.change : null;
	return h(
		'div',
		{ class: 'totals' },
		h('h3', null, name),
		h(
			'dl',
			{ class: 'figures' },
			figure('Executions', count(totals.totalExecutions), changeOf(change, 'totalExecutions')),
			figure(
				'Succeeded',
				rateOf(totals.successRate, totals),
				changeOf(change, 'successRate', { of: 'rate', better: 'more' }),
			),
			figure('Failed', count(totals.failedExecutions), changeOf(change, 'failedExecutions')),
		),
		totals.change && !change && h('p', { class: 'soft' }, 'Not comparable with the window before: ' + reason),
	);
}

/** What is said of all agents together, such as that they have stopped: it is not told of each. */
function ofAllAgents(data) {
	return orProblem(() => {
		const { findings } = data.health;
		return (
			findings.length > 0 &&
			h(
				'ul',
				{ class: 'trouble of-all' },
				findings.map((finding) => h('li', null, healthBadge(finding), h('p', null, foreign(finding.sentence)))),
			)
		);
	});
}

function troubleOf({ all, fine, agents: { edges, totalCount } }, { environment }) {
	if (all.totalCount === 0) {
		return environment
			? noneRanIn(environment)
			: stateOf('empty', 'No agents yet', 'An agent appears here with its first execution.');
	}
	if (totalCount === 0) {
		return fine.totalCount > 0
			? stateOf('fine', 'All is well', 'No agent is off its usual.')
			: stateOf('empty', 'Too early to tell', 'No agent has run often enough in the last 24 hours to be judged.');
	}
	return [
		h(
			'ul',
			{ class: 'trouble' },
			edges.map(({ node }) =>
				h(
					'li',
					null,
					orProblem(() => healthBadge(node.health)),
					h(
						'div',
						null,
						agentLink(node),
						orProblem(() => [
							h('p', null, foreign(node.health.summary)),
							node.health.stuckExecutionCount > 0 &&
							!node.health.findings.some(({ rule }) => rule === 'STUCK')
								? h('p', null, plural(node.health.stuckExecutionCount, 'run') + ' stuck')
								: null,
						]),
					),
				),
			),
		),
		totalCount > edges.length
			? h(
					'p',
					{ class: 'panel-note' },
					'and ',
					h(
						'a',
						{ href: addressOf(null, { sort: 'health', health: 'any' }) },
						`${count(totalCount - edges.length)} more`,
					),
					': the table below lists them first.',
				)
			: null,
	];
}

function topOf({ topPerformingAgents: ranked, provenance }) {
	if (!ranked.length) {
		return noData(
			provenance.aggregatedThrough === null
				? 'Agents are ranked by days that the aggregator has closed; there is none yet.'
				: 'No agent has enough finished executions to be ranked.',
		);
	}
	return h(
		'ol',
		{ class: 'top-agents' },
		ranked.map(({ agent, successRate, totalExecutions, p95Ms }) =>
			h(
				'li',
				null,
				agentLink(agent),
				h('span', { class: 'number' }, percent(successRate)),
				h('span', { class: 'soft' }, `${plural(totalExecutions, 'execution')}, p95 ${duration(p95Ms)}`),
			),
		),
	);
}

function spansOf({ totals, serviceCount, services }) {
	return [
		h(
			'p',
			{ class: 'soft' },
			`${plural(totals.received, 'span')} of ${plural(serviceCount, 'service')}: ` +
				`${plural(totals.runs, 'run')} of agents, ${plural(totals.newAgents, 'new agent')}, ` +
				`${count(totals.rejected)} rejected`,
		),
		h(
			'table',
			{ class: 'services' },
			h(
				'thead',
				null,
				h(
					'tr',
					null,
					['Service', 'Spans', 'Runs', 'Rejected'].map((name, place) =>
						h('th', { scope: 'col', class: place > 0 ? 'number' : null }, name),
					),
				),
			),
			h(
				'tbody',
				null,
				services.map(({ service, spans }) =>
					h(
						'tr',
						null,
						h(
							'td',
							null,
							foreign(service),
							orProblem(() => reasonsOf(spans)),
						),
						h('td', { class: 'number' }, count(spans.received)),
						h('td', { class: 'number' }, count(spans.runs)),
						h('td', { class: 'number' }, rejectedOf(spans)),
					),
				),
			),
		),
		serviceCount > services.length &&
			h('p', { class: 'panel-note' }, `and ${plural(serviceCount - services.length, 'service')} more`),
	];
}

function rejectedOf({ rejected }) {
	return rejected > 0 ? h('span', { class: 'badge badge-alert' }, count(rejected)) : '0';
}

function reasonsOf({ rejected, rejections }) {
	const others = rejected - rejections.reduce((sum, { spans }) => sum + spans, 0);
	return [
		rejections.map(({ reason, spans }) => h('p', { class: 'soft' }, `${count(spans)}\u202f× `, foreign(reason))),
		others > 0 && h('p', { class: 'soft' }, `${count(others)}\u202f× other reasons`),
	];
}
