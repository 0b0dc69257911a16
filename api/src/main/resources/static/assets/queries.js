// Every query of the page, as text that can be pasted anywhere: arguments are written in, not bound.

import { daysZone, now } from './server-clock.js';
import { dayOf, fromInput, plusDays } from './time-zone.js';

const RANGES = { '24h': 'LAST_1_DAY', '7d': 'LAST_7_DAYS', '30d': 'LAST_30_DAYS', '90d': 'LAST_90_DAYS' };
const STATUSES = { unsuccessful: 'FAILED, TIMEOUT, CANCELLED' };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long the presets are. */
export const WINDOW_MS = { '24h': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS, '90d': 90 * DAY_MS };

const BEFORE = 'points { from to totalExecutions }';

const SERIES = `granularity percentilesNote points {
        from to open aggregated totalExecutions successfulExecutions failedExecutions errorRate
        p50Ms p95Ms p99Ms exact } `;

const ANNOTATION = 'kind from to text environment link';

/** How many annotations are asked for, the newest; the API gives no more. */
export const MOST_ANNOTATIONS = 100;

const TIMES = 'executionTimes { count avgMs minMs maxMs p50Ms p95Ms p99Ms exact rankErrorPercent { p50 p95 p99 } }';

/** The totals of all agents, with their changes. */
export const totals = (state) => `{
  dashboard${dashboardFilter(state)} {
    totalAgents
    last24Hours { ...Totals }
    last7Days { ...Totals }
    last30Days { ...Totals }
    provenance { zone aggregatedThrough missing computedAt }
  }
}

fragment Totals on DashboardTotals {
  from to totalExecutions successfulExecutions failedExecutions successRate errorRate
  change {
    comparable
    totalExecutions { previous difference significant }
    failedExecutions { previous difference significant }
    successRate { previous difference significant }
  }
}`;

/** All agents' executions and times over the window, and what happened in it; with 'compare' an earlier one's, too. */
export const dashboardSeries = (state) => `{
  dashboard${dashboardFilter(state)} {
    series(${windowOf(state)}, granularity: ${granularityOf(state)}) {
      ${SERIES}
    }
    annotations(${windowOf(state)}, first: ${MOST_ANNOTATIONS}) { ${ANNOTATION} }${earlier(
		state,
		(window) => `
    before: series(${between(window)}, granularity: ${granularityOf(state)}) { ${BEFORE} }`,
	)}
  }
}`;

/** What all agents have in common, the agents in trouble, the worst first, and whether there are others. */
export const inTrouble = (state) => `{
  health { findings { status sentence } }
  all: agents(first: 1${filterOf(state)}) { totalCount }
  fine: agents(first: 1, health: [OK]${filterOf(state)}) { totalCount }
  agents(first: 6, orderBy: HEALTH, health: [ALERT, WARN]${filterOf(state)}) {
    totalCount
    edges { node { id name health { status summary stuckExecutionCount computedAt findings { rule sentence } } } }
  }
}`;

/** The agents that succeed most often. */
export const topAgents = (state) => `{
  dashboard${dashboardFilter(state)} {
    topPerformingAgents(first: 5) { agent { id name } totalExecutions successRate p95Ms }
    provenance { aggregatedThrough }
  }
}`;

const OBJECTIVE = `status sentence executions missedError attainedPercent attainedErrorPercent
      budget budgetLeft budgetLeftPercent
      objective { name kind targetPercent withinMs days environments }
      burnRates { hours rate budgetGoneAt }`;

/** How all agents stand with their objectives, the least budget left first. */
export const objectives = () => `{
  objectives(first: 10) {
    totalCount problems
    edges { node {
      agent { id name }
      ${OBJECTIVE}
    } }
  }
}`;

/** How one agent stands with its objectives. */
export const agentObjectives = (state) => `{
  agent(id: ${text(state.agent)}) {
    objectives {
      ${OBJECTIVE}
      burnDown { from to executions missed budgetLeft budgetLeftPercent }
      provenance { missing }
    }
  }
}`;

/** What became of the spans that exporters have sent, the services with most rejections first. */
export const receivedSpans = (state) => `{
  receivedSpans(${windowOf(state)}) {
    totals { received runs rejected newAgents }
    serviceCount
    services(first: 10) { service spans { received runs rejected rejections(first: 3) { reason spans } } }
  }
}`;

/** A page of all agents in one of the server's orders. */
export const agents = (state, { first, after, order }) => `{
  agents(${[
		`first: ${first}`,
		after && `after: ${text(after)}`,
		state.search && `search: ${text(state.search)}`,
		state.health !== 'any' && `health: [${state.health.toUpperCase()}]`,
		`orderBy: ${order}`,
  ]
		.filter(Boolean)
		.join(', ')}${filterOf(state)}) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { node {
      id name externalId
      health { status summary stuckExecutionCount }
      metrics(${windowOf(state)}, ${typeOf(state)}${filterOf(state)}) {
        totalExecutions successfulExecutions failedExecutions successRate errorRate trend
        executionTimes { count p50Ms p95Ms p99Ms exact rankErrorPercent { p50 p95 p99 } }
        provenance { missing }
        series(granularity: ${sparkGranularity(state)}) {
          granularity points { from to open totalExecutions failedExecutions }
        }${
			state.compare === 'on'
				? `
        change { comparable note
          totalExecutions { ...Change } errorRate { ...Change } p95Ms { ...Change } }`
				: ''
		}
      }
    } }
  }
}${changeFragment(state)}`;

/** One agent's health and numbers. */
export const agent = (state) => `{
  agent(id: ${text(state.agent)}) {
    id name externalId createdAt retiredAt
    health { status summary stuckExecutionCount computedAt findings { rule status sentence } }
    metrics(${windowOf(state)}, ${typeOf(state)}${filterOf(state)}) {
      totalExecutions successfulExecutions failedExecutions cancelledExecutions inProgressExecutions totalErrors
      successRate errorRate trend
      ${TIMES}
      provenance { from to zone aggregatedThrough missing computedAt }${
			state.compare === 'on'
				? `
      change {
        comparable note
        totalExecutions { ...Change } failedExecutions { ...Change } successRate { ...Change } errorRate { ...Change }
        avgMs { ...Change } p50Ms { ...Change } p95Ms { ...Change } p99Ms { ...Change }
        latency { distance threshold significant }
      }`
				: ''
		}
    }
    usage: metrics(${windowOf(state)}, ${typeOf(state)}${filterOf(state)}) {
      tokens { count total avg }
      cost { count totalUsd perSuccessfulExecutionUsd }
    }
  }
}${changeFragment(state)}`;

/** One agent's executions and times over the window, and what happened; with 'compare' an earlier one's, too. */
export const agentSeries = (state) => `{
  agentMetrics(${metricsOf(state)}) {
    series(granularity: ${granularityOf(state)}) {
      ${SERIES}
    }
  }
  agent(id: ${text(state.agent)}) {
    annotations(${annotationsWindowOf(state)}, first: ${MOST_ANNOTATIONS}${filterOf(state)}) { ${ANNOTATION} }
  }${earlier(
		state,
		(window) => `
  before: agentMetrics(agentId: ${text(state.agent)}, ${between(window)}, ${typeOf(state)}${filterOf(state)}) {
    series(granularity: ${granularityOf(state)}) { ${BEFORE} }
  }`,
  )}
}`;

/** How one agent's times are distributed. */
export const distribution = (state) => `{
  agentMetrics(${metricsOf(state)}) {
    histogram(buckets: 40) { count exact rankErrorPercent buckets { fromMs toMs count } }
    executionTimes { minMs maxMs p50Ms p95Ms p99Ms }
  }
}`;

/** How the tokens of one agent's executions are distributed. */
export const tokens = (state) => `{
  agentMetrics(${metricsOf(state)}) {
    tokens { count p50 p95 p99 histogram(buckets: 40) { count exact rankErrorPercent buckets { from to count } } }
  }
}`;

/** How many of one agent's executions took at most so long. */
export const shareWithin = (state, ms) => `{
  agentMetrics(${metricsOf(state)}) {
    shareWithin(ms: ${Math.round(ms)}) { percent count exact rankErrorPercent }
  }
}`;

/** One agent's releases, those that ran last first. */
export const releases = (state) => `{
  agent(id: ${text(state.agent)}) {
    releases(${windowOf(state)}, first: 10${filterOf({ ...state, release: '' })}) {
      version firstRun lastRun share totalExecutions successfulExecutions failedExecutions successRate
      executionTimes { count p50Ms p95Ms exact rankErrorPercent { p50 p95 } }
      tokens { count avg }
      cost { count perSuccessfulExecutionUsd }
    }
  }
}`;

/** How two releases of an agent differ, and whether that is more than chance. */
export const compared = (state) => `{
  compare(
    agentId: ${text(state.agent)},
    baseline: { ${windowOf(state)}${filterOf({ ...state, release: state.baseline })} },
    candidate: { ${windowOf(state)}${filterOf({ ...state, release: state.candidate })} },
    ${typeOf(state)}
  ) {
    note summary
    successRate { ...Difference }
    executionTime { ...Difference }
    tokens { ...Difference }
    cost { ...Difference }
  }
}

fragment Difference on Difference {
  baselineCount candidateCount verdict sentence
  values { name baseline candidate difference percent }
}`;

/** One agent's errors, those that came most often first. */
export const errors = (state) => `{
  agentMetrics(${metricsOf(state)}) {
    failedExecutions totalErrors
    otherErrors(first: 10)
    topErrors(first: 10) { error count share firstSeen lastSeen isNew }
  }
}`;

/** One agent's executions, the newest first; with 'since' those of that time. */
export const executions = (state, after) => `{
  agent(id: ${text(state.agent)}) {
    executions(${[
		'first: 20',
		after && `after: ${text(after)}`,
		state.status !== 'any' && `status: [${STATUSES[state.status] ?? state.status.toUpperCase()}]`,
		state.since ? between({ from: state.since, to: state.until }) : state.window === 'custom' && windowOf(state),
	]
		.filter(Boolean)
		.join(', ')}) {
      edges { node { id status executionStart executionEnd executionTimeMs errorType errorMessage
        agentVersion inputTokens outputTokens cachedInputTokens costUsd link } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

/** One agent's executions that run far longer than they usually do. */
export const stuck = (state) => `{
  agent(id: ${text(state.agent)}) {
    stuckExecutions(first: 20) { runningMs limitMs execution { id executionStart status } }
  }
}`;

/** Tells when the numbers of the overview have changed: what it asks for is what the server compares. */
export const dashboardChanges = (state) => `subscription {
  dashboard${dashboardFilter(state)} {
    totalAgents
    last24Hours { ...Counts }
    last7Days { ...Counts }
    last30Days { ...Counts }
    provenance { aggregatedThrough missing computedAt }
  }
}

fragment Counts on DashboardTotals { totalExecutions successfulExecutions failedExecutions }`;

/** Tells when the numbers of one agent have changed: what it asks for is what the server compares. */
export const agentChanges = (state) => `subscription {
  agentMetrics(${metricsOf(state)}) {
    totalExecutions successfulExecutions failedExecutions cancelledExecutions inProgressExecutions totalErrors
    executionTimes { count avgMs minMs maxMs p50Ms p95Ms p99Ms }
    provenance { aggregatedThrough missing computedAt }
  }
}`;

function metricsOf(state) {
	return `agentId: ${text(state.agent)}, ${windowOf(state)}, ${typeOf(state)}${filterOf(state)}`;
}

/** Which executions count, as one more argument. */
function filterOf({ release, environment }) {
	const names = [
		release && `versions: [${text(release)}]`,
		environment && `environments: [${text(environment)}]`,
	].filter(Boolean);
	return names.length ? `, filter: { ${names.join(', ')} }` : '';
}

/** Which executions of all agents count. */
function dashboardFilter({ environment }) {
	return environment ? `(${filterOf({ environment }).slice(2)})` : '';
}

function windowOf(state) {
	return state.window === 'custom' ? between(state) : `timeRange: ${RANGES[state.window]}`;
}

/** The window of an agent's charts: annotations know nothing of closed days. */
function annotationsWindowOf(state) {
	if (state.window === 'custom' || state.type !== 'aggregated') {
		return windowOf(state);
	}
	const { from, to } = momentsOf(state);
	return between({ from: instant(from), to: instant(to) });
}

function typeOf(state) {
	return `metricType: ${state.type.toUpperCase()}`;
}

function between({ from, to }) {
	return `between: { from: ${text(from)}, to: ${text(to)} }`;
}

/**
 * The earlier window that a series is compared with: as long, and so many whole hours, days or weeks before, that both
 * are cut at the same places.
 * @returns {from, to, ms, title}; null if nothing is to be compared
 */
export function comparison(state) {
	const { from, to } = momentsOf(state);
	if (state.compare !== 'on' || !(from < to)) {
		return null;
	}
	const granularity = granularityOf(state);
	if (granularity === 'HOUR' && (to - from) % DAY_MS) {
		const hours = Math.ceil((to - from) / HOUR_MS);
		return {
			from: instant(from - hours * HOUR_MS),
			to: instant(to - hours * HOUR_MS),
			ms: hours * HOUR_MS,
			title: `${hours}\u202fh earlier`,
		};
	}
	const step = granularity === 'WEEK' ? 7 : 1;
	let days = Math.floor((to - from - HOUR_MS) / DAY_MS / step) * step;
	while (days < step || Date.parse(plusDays(to, -days, daysZone())) > from) {
		days += step;
	}
	return {
		from: plusDays(from, -days, daysZone()),
		to: plusDays(to, -days, daysZone()),
		ms: days * DAY_MS,
		title: days === 1 ? 'a day earlier' : `${days} days earlier`,
	};
}

function earlier(state, write) {
	const window = comparison(state);
	return window ? write(window) : '';
}

/** When the window begins and ends, to the minute; that of an agent's closed days ends with yesterday. */
export function momentsOf(state) {
	if (state.window === 'custom') {
		return { from: Date.parse(state.from), to: Date.parse(state.to) };
	}
	if (state.agent && state.type === 'aggregated') {
		const today = fromInput(dayOf(now(), daysZone()), daysZone());
		return {
			from: Date.parse(plusDays(today, -WINDOW_MS[state.window] / DAY_MS, daysZone())),
			to: Date.parse(today),
		};
	}
	const minute = Math.floor(now() / 60_000) * 60_000;
	return { from: minute - WINDOW_MS[state.window], to: minute };
}

/** What a window is cut into: hours up to three days, days up to 92, else weeks. */
function granularityOf(state) {
	const { from, to } = momentsOf(state);
	return to - from <= 3 * DAY_MS ? 'HOUR' : to - from <= 92 * DAY_MS ? 'DAY' : 'WEEK';
}

function changeFragment(state) {
	return state.compare === 'on' ? '\n\nfragment Change on ValueChange { previous difference significant }' : '';
}

function instant(moment) {
	return new Date(moment).toISOString();
}

/** As many points as fit a small picture. */
function sparkGranularity(state) {
	const ms = state.window === 'custom' ? Date.parse(state.to) - Date.parse(state.from) : WINDOW_MS[state.window];
	return ms <= 2 * DAY_MS ? 'HOUR' : ms <= 45 * DAY_MS ? 'DAY' : 'WEEK';
}

/** A string literal of GraphQL, which JSON's is, too. */
function text(value) {
	return JSON.stringify(value);
}
