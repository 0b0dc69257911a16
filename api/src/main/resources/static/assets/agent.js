// One agent: its numbers in the window, how they moved, how its times are distributed, what fails, and its runs.

import { addressOf, show } from './address.js';
import { annotationList, annotationsOf } from './annotations.js';
import { executionsChart, timesChart } from './chart.js';
import { comparisonPanel } from './comparison.js';
import { distributionPanel, tokensPanel } from './distribution.js';
import { foreign, h, put, visible } from './dom.js';
import { executionsPanel } from './executions.js';
import { allEnvironments, changeOf, figure, healthBadge, percentile, rateOf } from './figures.js';
import { count, dateTime, dollars, duration, percent, plural } from './format.js';
import { agentObjectivesPanel } from './objectives.js';
import { copy, noData, orProblem, panel, stateOf } from './panel.js';
import * as queries from './queries.js';
import { releasesPanel } from './releases.js';

const TRENDS = {
	IMPROVING: 'improving',
	DECLINING: 'declining',
	STABLE: 'stable',
	INSUFFICIENT_DATA: 'too few runs to tell',
	NO_DATA: 'no finished runs',
};

/**
 * Makes the view.
 * @param named told the agent's name
 * @param back the page of the table that the reader came from, which there is only in its environment
 */
export function agentView({ listener, zone, named, back }) {
	const title = h('h1', null, 'Agent');
	const identity = h('p', { class: 'identity' });
	const health = h('div', { class: 'health' });
	const narrowed = h('p', { class: 'alone', hidden: true });
	const overview = h('a', { class: 'back' }, '← All agents');
	let agent = null;
	let series = null;

	const numbers = panel({
		name: 'numbers',
		title: 'In this window',
		query: queries.agent,
		lines: 3,
		listener: {
			...listener,
			answered: ({ agent: found }) => listener.answered({ provenance: found?.metrics.provenance }),
		},
		render: (data, body) => {
			agent = data.agent;
			put(title, agent ? foreign(agent.name) : 'Unknown agent');
			named(agent ? visible(agent.name) : 'Unknown agent');
			put(identity, agent && identityOf(agent, zone()));
			put(health, agent && orProblem(() => healthOf(agent.health)));
			put(
				body,
				agent
					? numbersOf(agent.metrics, () => agent.usage)
					: stateOf('empty', 'No such agent', 'No agent has the id in this address.'),
			);
		},
	});
	const executions = seriesPanel('executions', 'Executions', (data, earlier) =>
		executionsChart({
			series: data.agentMetrics.series,
			before: earlier && data.before.series,
			earlier,
			annotations: annotationsOf(() => data.agent?.annotations),
			zone: zone(),
			label: 'Executions and failures of this agent over time',
		}),
	);
	const times = seriesPanel(
		'times',
		'How long they took',
		(data) =>
			timesChart({
				series: data.agentMetrics.series,
				annotations: annotationsOf(() => data.agent?.annotations),
				zone: zone(),
				label: "Percentiles of this agent's execution times over time",
				bands: true,
			}),
		'log scale',
	);
	const distribution = distributionPanel({ listener });
	const tokens = tokensPanel({ listener });
	const errors = panel({
		name: 'errors',
		title: 'Errors',
		query: queries.errors,
		listener,
		render: ({ agentMetrics }, body) => put(body, errorsOf(agentMetrics, zone())),
	});
	const stuck = panel({
		name: 'stuck',
		title: 'Stuck runs',
		hint: 'now',
		query: queries.stuck,
		listener,
		lines: 2,
		render: ({ agent: found }, body) =>
			put(
				body,
				found?.stuckExecutions.length
					? stuckOf(found.stuckExecutions, zone())
					: stateOf('fine', 'None', "No run takes far longer than this agent's runs do."),
			),
	});
	const objectives = agentObjectivesPanel({ listener, zone });
	const releases = releasesPanel({ listener, zone });
	const compared = comparisonPanel({ listener, zone });
	const runs = executionsPanel({ listener, zone });
	const parts = [
		numbers,
		objectives,
		executions,
		times,
		releases,
		compared,
		distribution,
		errors,
		tokens,
		stuck,
		runs,
	];

	function seriesPanel(name, heading, draw, hint) {
		return panel({
			name,
			title: heading,
			hint,
			query: queries.agentSeries,
			listener,
			lines: 6,
			render: (data, body, state) => {
				series = data.agentMetrics.series;
				put(
					body,
					series.points.some((point) => point.totalExecutions)
						? draw(data, queries.comparison(state))
						: [
								noData('This agent has no executions in this window.'),
								annotationList(
									annotationsOf(() => data.agent?.annotations),
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

	return {
		title: 'Agent',
		element: h(
			'div',
			{ class: 'view agent' },
			h('div', { class: 'who' }, h('p', null, overview), title, identity, health, narrowed),
			parts.map((part) => part.element),
		),
		load: (state) => {
			overview.href = addressOf(null, back.environment === state.environment ? back : {});
			narrowed.hidden = !state.release && !state.environment;
			put(narrowed, !narrowed.hidden && narrowing(state));
			return Promise.all(parts.map((part) => part.load(state)));
		},
		changes: queries.agentChanges,
		exported: () => ({ name: 'agent', rows: series?.points ?? [], agent }),
		daily: (state) => `api/v1/agent-studio/agents/${encodeURIComponent(state.agent)}/metrics/export`,
	};
}

/** Says that the numbers are of one release or environment alone, and leads back to all. */
function narrowing({ release, environment }) {
	return [
		'Numbers, charts and errors are of ',
		release && ['release ', foreign(release)],
		release && environment && ' in ',
		environment && ['environment ', foreign(environment)],
		' alone; health, stuck runs and recent executions of all, objectives of those that they name. ',
		release &&
			h('button', { type: 'button', class: 'button', click: () => show({ release: '' }) }, 'Show all releases'),
		environment && allEnvironments(),
	];
}

function identityOf({ id, externalId, retiredAt }, zone) {
	return [
		h('span', { class: 'soft' }, 'Id '),
		h('code', null, id),
		h('button', { type: 'button', class: 'quiet copy-id', click: () => copy(id, "The agent's id") }, 'Copy id'),
		externalId && h('span', { class: 'soft' }, 'Called by its platform'),
		externalId && h('code', null, foreign(externalId)),
		retiredAt && h('span', { class: 'soft retired' }, `Retired ${dateTime(retiredAt, zone)}`),
	];
}

/** What is wrong; what is as usual is not told under a badge that says otherwise. */
function healthOf(health) {
	const wrong = health.findings.filter(({ status }) => status !== 'OK').map(({ sentence }) => sentence);
	return [
		healthBadge(health),
		h(
			'div',
			null,
			(wrong.length ? wrong : [health.summary]).map((sentence) => h('p', null, foreign(sentence))),
		),
	];
}

/** @param usage what the executions took, which is asked for by itself: not all executions may say it */
function numbersOf(metrics, usage) {
	if (!metrics.totalExecutions) {
		return noData('This agent has no executions in this window.');
	}
	const comparable = () => (metrics.change?.comparable ? metrics.change : null);
	const time = (name) =>
		figure(
			name,
			orProblem(() => percentile(metrics.executionTimes, name)),
			orProblem(() => changeOf(comparable(), name + 'Ms', { of: 'time', better: 'less' })),
		);
	return [
		h(
			'dl',
			{ class: 'figures' },
			figure(
				'Executions',
				count(metrics.totalExecutions),
				orProblem(() => changeOf(comparable(), 'totalExecutions')),
			),
			figure(
				'Succeeded',
				rateOf(metrics.successRate, metrics),
				orProblem(() => changeOf(comparable(), 'successRate', { of: 'rate', better: 'more' })),
			),
			figure(
				'Failed',
				count(metrics.failedExecutions),
				orProblem(() => changeOf(comparable(), 'failedExecutions')),
			),
			time('p50'),
			time('p95'),
			time('p99'),
			figure(
				'Average',
				orProblem(() => duration(metrics.executionTimes?.avgMs)),
				orProblem(() => changeOf(comparable(), 'avgMs', { of: 'time', better: 'less' })),
			),
			orProblem(() => usage().tokens?.count > 0) && tokensOf(metrics, usage),
			orProblem(() => usage().cost?.count > 0) && costOf(usage),
		),
		h(
			'p',
			{ class: 'soft' },
			[
				`success rate: ${TRENDS[metrics.trend]}`,
				metrics.cancelledExecutions && plural(metrics.cancelledExecutions, 'execution') + ' cancelled',
				metrics.inProgressExecutions && plural(metrics.inProgressExecutions, 'execution') + ' in progress',
			]
				.filter(Boolean)
				.join(' · '),
			orProblem(
				() =>
					metrics.executionTimes?.count > 0 &&
					` · from ${duration(metrics.executionTimes.minMs)} to ${duration(metrics.executionTimes.maxMs)}`,
			),
		),
		orProblem(
			() =>
				metrics.change &&
				!metrics.change.comparable &&
				h('p', { class: 'panel-note' }, 'Not comparable with the window before: ' + metrics.change.note),
		),
	];
}

function tokensOf({ totalExecutions }, usage) {
	return figure(
		'Tokens each',
		orProblem(() => count(usage().tokens.avg)),
		orProblem(() => {
			const { count: reporting, total } = usage().tokens;
			const told =
				reporting < totalExecutions ? `of ${plural(reporting, 'execution')}` : `${count(total)} in all`;
			return h('span', { class: 'change' }, told);
		}),
	);
}

function costOf(usage) {
	return figure(
		'Cost',
		orProblem(() => dollars(usage().cost.totalUsd)),
		orProblem(() =>
			h('span', { class: 'change' }, dollars(usage().cost.perSuccessfulExecutionUsd) + ' for each success'),
		),
	);
}

function errorsOf({ failedExecutions, otherErrors, topErrors: groups }, zone) {
	if (!groups.length) {
		return failedExecutions > 0
			? stateOf('broken', plural(failedExecutions, 'execution') + ' failed', 'None of them says why.')
			: stateOf('fine', 'No errors', 'No execution in this window has failed or has an error message.');
	}
	return h(
		'ul',
		{ class: 'errors' },
		groups.map((group) =>
			h(
				'li',
				null,
				h(
					'div',
					{ class: 'error-head' },
					h('strong', null, count(group.count)),
					h('span', null, percent(group.share)),
					group.isNew && h('span', { class: 'badge badge-warn' }, 'New'),
					h(
						'span',
						{ class: 'soft' },
						`first ${dateTime(group.firstSeen, zone)}, last ${dateTime(group.lastSeen, zone)}`,
					),
					h(
						'button',
						{ type: 'button', class: 'quiet show-runs', click: () => showRuns(group) },
						'Show runs',
					),
				),
				share(group.share),
				h(
					'p',
					{ class: 'message', dir: 'auto', tabindex: group.error.length > 120 ? '0' : null },
					foreign(group.error),
				),
			),
		),
		otherErrors > 0 && h('li', { class: 'soft' }, plural(otherErrors, 'other error')),
	);
}

/** Leads to the executions that did not succeed of the time in which an error came. */
function showRuns({ firstSeen, lastSeen }) {
	show({ since: firstSeen, until: new Date(Date.parse(lastSeen) + 1).toISOString(), status: 'unsuccessful' });
	document.querySelector('.panel-runs').scrollIntoView();
	document.querySelector('.panel-runs .scroll, .panel-runs select').focus({ preventScroll: true });
}

function share(percentage) {
	const bar = h('span');
	bar.style.width = Math.min(100, percentage) + '%';
	return h('div', { class: 'share', 'aria-hidden': 'true' }, bar);
}

function stuckOf(runs, zone) {
	return h(
		'ul',
		{ class: 'stuck' },
		runs.map(({ execution, runningMs, limitMs }) =>
			h(
				'li',
				null,
				h('strong', null, `${execution.status.toLowerCase()} for ${duration(runningMs)}`),
				h('span', null, `(usual at most ${duration(limitMs)})`),
				h('span', { class: 'soft' }, `since ${dateTime(execution.executionStart, zone, { seconds: true })}`),
				h('code', null, execution.id),
			),
		),
	);
}
