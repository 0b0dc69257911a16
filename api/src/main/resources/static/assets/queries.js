// Every query of the page, as text that can be pasted anywhere: arguments are written in, not bound.

const RANGES = { '24h': 'LAST_1_DAY', '7d': 'LAST_7_DAYS', '30d': 'LAST_30_DAYS', '90d': 'LAST_90_DAYS' };
const DAY_MS = 86_400_000;

/** How long the presets are. */
export const WINDOW_MS = { '24h': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS, '90d': 90 * DAY_MS };

const SERIES = `granularity percentilesNote points {
        from to open aggregated totalExecutions successfulExecutions failedExecutions errorRate
        p50Ms p95Ms p99Ms exact } `;

const TIMES = 'executionTimes { count avgMs minMs maxMs p50Ms p95Ms p99Ms exact rankErrorPercent { p50 p95 p99 } }';

/** The totals of all agents, with their changes. */
export const totals = () => `{
  dashboard {
    totalAgents
    last24Hours { ...Totals }
    last7Days { ...Totals }
    last30Days { ...Totals }
    provenance { zone aggregatedThrough computedAt }
  }
}

fragment Totals on DashboardTotals {
  from to totalExecutions successfulExecutions failedExecutions successRate errorRate
  change {
    totalExecutions { previous percent significant }
    failedExecutions { previous percent significant }
    successRate { previous difference significant }
  }
}`;

/** All agents' executions and times over the window; with 'compare' the window before, too. */
export const dashboardSeries = (state) => `{
  dashboard {
    series(${windowOf(state)}) {
      ${SERIES}
    }${state.compare === 'on' ? `
    before: series(${between(previous(state))}) {
      points { from totalExecutions failedExecutions }
    }` : ''}
  }
}`;

/** The agents in trouble, the worst first. */
export const inTrouble = () => `{
  agents(first: 6, orderBy: HEALTH, health: [ALERT, WARN]) {
    totalCount
    edges { node { id name health { status summary stuckExecutions computedAt findings { rule sentence } } } }
  }
}`;

/** The agents that succeed most often. */
export const topAgents = () => `{
  dashboard {
    topPerformingAgents(first: 5) { agent { id name } totalExecutions successRate p95Ms }
  }
}`;

/** A page of all agents, the most urgent first. */
export const agents = (state, after) => `{
  agents(${[
		'first: 100', after && `after: ${text(after)}`, state.search && `search: ${text(state.search)}`,
		state.health !== 'any' && `health: [${state.health.toUpperCase()}]`, 'orderBy: HEALTH',
	].filter(Boolean).join(', ')}) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { node {
      id name
      health { status summary stuckExecutions }
      metrics(${windowOf(state)}, ${typeOf(state)}) {
        totalExecutions failedExecutions successRate errorRate trend
        executionTimes { count p50Ms p95Ms p99Ms exact rankErrorPercent { p50 p95 p99 } }
        series(granularity: ${sparkGranularity(state)}) { granularity points { from totalExecutions failedExecutions } }${state.compare === 'on' ? `
        change { comparable note
          totalExecutions { percent significant } errorRate { difference significant } p95Ms { percent significant } }` : ''}
      }
    } }
  }
}`;

/** One agent's health and numbers. */
export const agent = (state) => `{
  agent(id: ${text(state.agent)}) {
    id name createdAt
    health { status summary stuckExecutions computedAt findings { rule status sentence } }
    metrics(${windowOf(state)}, ${typeOf(state)}) {
      totalExecutions successfulExecutions failedExecutions cancelledExecutions inProgressExecutions totalErrors
      successRate errorRate trend
      ${TIMES}
      provenance { from to zone aggregatedThrough computedAt }${state.compare === 'on' ? `
      change {
        comparable note
        totalExecutions { ...Change } failedExecutions { ...Change } successRate { ...Change } errorRate { ...Change }
        avgMs { ...Change } p50Ms { ...Change } p95Ms { ...Change } p99Ms { ...Change }
        latency { distance threshold significant }
      }` : ''}
    }
  }
}${state.compare === 'on' ? '\n\nfragment Change on ValueChange { previous difference percent significant }' : ''}`;

/** One agent's executions and times over the window. */
export const agentSeries = (state) => `{
  agentMetrics(${metricsOf(state)}) {
    series {
      ${SERIES}
    }${state.compare === 'on' ? `
    previous {
      series { points { from totalExecutions failedExecutions } }
    }` : ''}
  }
}`;

/** How one agent's times are distributed. */
export const distribution = (state) => `{
  agentMetrics(${metricsOf(state)}) {
    histogram(buckets: 40) { count exact rankErrorPercent buckets { fromMs toMs count } }
    executionTimes { minMs maxMs p50Ms p95Ms p99Ms }
  }
}`;

/** How many of one agent's executions took at most so long. */
export const shareWithin = (state, ms) => `{
  agentMetrics(${metricsOf(state)}) {
    shareWithin(ms: ${Math.round(ms)}) { percent count exact rankErrorPercent }
  }
}`;

/** One agent's errors, those that came most often first. */
export const errors = (state) => `{
  agentMetrics(${metricsOf(state)}) {
    totalErrors
    topErrors(first: 10) { error count share firstSeen lastSeen isNew }
  }
}`;

/** One agent's executions, the newest first. */
export const executions = (state, after) => `{
  agent(id: ${text(state.agent)}) {
    executions(${[
		'first: 20', after && `after: ${text(after)}`, state.status !== 'any' && `status: [${state.status.toUpperCase()}]`,
		state.window === 'custom' && windowOf(state),
	].filter(Boolean).join(', ')}) {
      edges { node { id status executionStart executionEnd executionTimeMs errorType errorMessage } }
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

/** Tells when the numbers of the overview have changed. */
export const dashboardChanges = () => 'subscription { dashboard { provenance { computedAt } } }';

/** Tells when the numbers of one agent have changed. */
export const agentChanges = (state) => `subscription {
  agentMetrics(${metricsOf(state)}) { provenance { computedAt } }
}`;

function metricsOf(state) {
	return `agentId: ${text(state.agent)}, ${windowOf(state)}, ${typeOf(state)}`;
}

function windowOf(state) {
	return state.window === 'custom' ? between(state) : `timeRange: ${RANGES[state.window]}`;
}

function typeOf(state) {
	return `metricType: ${state.type.toUpperCase()}`;
}

function between({ from, to }) {
	return `between: { from: ${text(from)}, to: ${text(to)} }`;
}

/** The same length just before, to the minute. */
function previous(state) {
	const minute = Math.floor(Date.now() / 60_000) * 60_000;
	const to = state.window === 'custom' ? Date.parse(state.to) : minute;
	const from = state.window === 'custom' ? Date.parse(state.from) : minute - WINDOW_MS[state.window];
	return { from: instant(2 * from - to), to: instant(from) };
}

function instant(moment) {
	return Number.isNaN(moment) ? '' : new Date(moment).toISOString();
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
