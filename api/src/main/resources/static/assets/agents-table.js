// The table of all agents: searched by the server, sorted and paged here; of a long list only the rows in sight are there.

import { addressOf, show, shown } from './address.js';
import { ask } from './api.js';
import { foreign, h, put, redraw } from './dom.js';
import { changeOf, healthBadge, percentile } from './figures.js';
import { count, percent, plural } from './format.js';
import { copyButton, noData, PASSING, problemState, skeleton } from './panel.js';
import * as queries from './queries.js';
import { sparkline } from './sparkline.js';

const MOST = 1_000;
const ROW_PX = 45;
const SPARE_ROWS = 8;
const URGENCY = { ALERT: 0, WARN: 1, OK: 2, NO_DATA: 3 };
const TRENDS = { IMPROVING: '↗ improving', DECLINING: '↘ declining', STABLE: '→ stable', INSUFFICIENT_DATA: 'too few', NO_DATA: '–' };

const ms = (name) => (agent) => agent.metrics?.executionTimes?.[name] ?? null;

/** Name, what to sort by, whether the largest comes first, and the cell. */
const COLUMNS = [
	{ key: 'name', title: 'Agent', value: (agent) => agent.name.toLowerCase(), cell: (agent) => h('a', { href: addressOf(agent.id), class: 'name' }, foreign(agent.name)) },
	{ key: 'health', title: 'Health', value: (agent) => URGENCY[agent.health?.status] ?? 4, cell: (agent) => h('span', { 'data-tip': agent.health?.summary }, healthBadge(agent.health)) },
	{ key: 'errors', title: 'Error rate', down: true, number: true, value: (agent) => finished(agent) ? agent.metrics.errorRate : null, cell: (agent) => [finished(agent) ? percent(agent.metrics.errorRate) : '–', clear(agent, 'errorRate', { better: 'less', rate: true })] },
	{ key: 'executions', title: 'Executions', down: true, number: true, value: (agent) => agent.metrics?.totalExecutions ?? null, cell: (agent) => [count(agent.metrics?.totalExecutions), clear(agent, 'totalExecutions')] },
	{ key: 'p50', title: 'p50', down: true, number: true, value: ms('p50Ms'), cell: (agent) => percentile(agent.metrics?.executionTimes, 'p50', { focusable: false }) },
	{ key: 'p95', title: 'p95', down: true, number: true, value: ms('p95Ms'), cell: (agent) => [percentile(agent.metrics?.executionTimes, 'p95', { focusable: false }), clear(agent, 'p95Ms', { better: 'less' })] },
	{ key: 'p99', title: 'p99', down: true, number: true, value: ms('p99Ms'), cell: (agent) => percentile(agent.metrics?.executionTimes, 'p99', { focusable: false }) },
	{ key: 'trend', title: 'Trend', value: (agent) => Object.keys(TRENDS).indexOf(agent.metrics?.trend), cell: (agent) => h('span', { class: 'soft' }, TRENDS[agent.metrics?.trend] ?? '–') },
];

/** Makes the panel. */
export function agentsTable({ listener, zone }) {
	const search = h('input', { type: 'search', placeholder: 'Search agents', 'aria-label': 'Search agents by name', maxlength: '200', input: () => searchSoon() });
	const health = h('select', { 'aria-label': 'Health', change: () => show({ health: health.value, page: '1' }) },
		[['any', 'Any health'], ['alert', 'Alert'], ['warn', 'Warning'], ['ok', 'OK'], ['no_data', 'No data']].map(([value, title]) => h('option', { value }, title)));
	const rowsShown = h('select', { 'aria-label': 'Rows per page', change: () => show({ rows: rowsShown.value, page: '1' }) },
		[['25', '25 rows'], ['100', '100 rows'], ['all', 'All rows']].map(([value, title]) => h('option', { value }, title)));
	const body = h('tbody');
	const headings = COLUMNS.map((column) => h('th', { scope: 'col', class: 'column-' + column.key + (column.number ? ' number' : '') },
		h('button', { type: 'button', click: () => sortBy(column) }, column.title, h('span', { class: 'arrow', 'aria-hidden': 'true' }))));
	const table = h('table', { class: 'agents' }, h('caption', { class: 'unseen' }, 'All agents; the buttons in the column heads sort'),
		h('thead', null, h('tr', null, headings, h('th', { scope: 'col', class: 'column-sparks' }, 'Executions over time'))), body);
	const scroll = h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of all agents' }, table);
	const pager = h('nav', { class: 'pager', 'aria-label': 'Pages of agents' });
	const content = h('div', { class: 'panel-body' }, skeleton(8));
	const summary = h('span', { class: 'hint', role: 'status' });
	const element = h('section', { class: 'panel panel-agents', 'aria-labelledby': 'title-agents' },
		h('header', { class: 'panel-head' }, h('h2', { id: 'title-agents' }, 'Agents'), summary,
			h('div', { class: 'panel-actions' }, search, health, rowsShown, copyButton('Agents', () => queries.agents(shown())))),
		content, pager);
	const above = h('td', { colspan: String(COLUMNS.length + 1) });
	const below = h('td', { colspan: String(COLUMNS.length + 1) });
	const drawn = new Map();
	let agents = null;
	let total = 0;
	let taken = '';
	let sorted = [];
	let page = [];
	let first = -1;
	let asked = '';
	let turn = 0;
	let timer = 0;

	scroll.addEventListener('scroll', () => requestAnimationFrame(draw), { passive: true });

	async function load(state) {
		if (document.activeElement !== search) {
			search.value = state.search;
		}
		health.value = state.health;
		rowsShown.value = state.rows;
		const query = queries.agents(state);
		if (query !== asked || agents === null) {
			element.classList.toggle('is-refreshing', agents !== null);
		} else {
			arrange();
		}
		const mine = ++turn;
		const another = query !== asked;
		asked = query;
		element.setAttribute('aria-busy', 'true');
		try {
			const found = await everyone(state, (some, all) => mine === turn && (another || agents === null) && take(some, all));
			if (mine === turn) {
				take(found.agents, found.total);
				listener.answered({});
			}
		} catch (problem) {
			if (mine === turn) {
				fail(problem, another);
			}
		} finally {
			if (mine === turn) {
				element.classList.remove('is-refreshing');
				element.setAttribute('aria-busy', 'false');
			}
		}
	}

	async function everyone(state, some) {
		const found = [];
		let after = null;
		for (;;) {
			const { data } = await ask(queries.agents(state, after));
			found.push(...data.agents.edges.map(({ node }) => node));
			if (!data.agents.pageInfo.hasNextPage || found.length >= MOST) {
				return { agents: found, total: data.agents.totalCount };
			}
			some(found, data.agents.totalCount);
			after = data.agents.pageInfo.endCursor;
		}
	}

	function take(found, all) {
		element.classList.remove('is-refreshing', 'is-old');
		const text = JSON.stringify(found);
		if (agents === null || total !== all || text !== taken) {
			agents = found;
			total = all;
			taken = text;
			redraw(content, arrange);
		}
	}

	function fail(problem, another) {
		if (!problem.kind) {
			throw problem;
		}
		if (another || agents === null || !PASSING.includes(problem.kind)) {
			agents = null;
			put(pager);
			put(content, problemState(problem));
		}
		element.classList.toggle('is-old', agents !== null);
		listener.failed(problem);
	}

	/** Sorts, cuts out the page and draws it. */
	function arrange() {
		const { sort, rows, page: wanted, search: words, health: only } = shown();
		const down = sort.startsWith('-');
		const column = COLUMNS.find(({ key }) => key === sort.replace('-', '')) ?? COLUMNS[1];
		sorted = agents.toSorted((one, other) => order(column.value(one), column.value(other), down)
			|| order(COLUMNS[2].value(one), COLUMNS[2].value(other), true) || order(one.name, other.name));
		COLUMNS.forEach(({ key }, index) => headings[index].setAttribute('aria-sort', key !== column.key ? 'none' : down ? 'descending' : 'ascending'));
		const size = rows === 'all' ? Math.max(1, sorted.length) : Number(rows);
		const pages = Math.max(1, Math.ceil(sorted.length / size));
		const number = Math.min(pages, Math.max(1, Number(wanted) || 1));
		page = sorted.slice((number - 1) * size, number * size);
		summary.textContent = total > MOST ? `the ${count(MOST)} most urgent of ${count(total)}` : plural(total, 'agent');
		if (!sorted.length) {
			put(pager);
			put(content, noData(words || only !== 'any' ? 'No agent matches.' : 'There are no agents yet.'));
			return;
		}
		scroll.classList.toggle('is-long', page.length > 100);
		table.setAttribute('aria-rowcount', String(page.length + 1));
		put(pager, pages > 1 ? [turnTo('Previous', number - 1, pages), h('span', null, `Page ${number} of ${pages}`), turnTo('Next', number + 1, pages)] : null);
		if (!scroll.isConnected) {
			put(content, scroll);
		}
		first = -1;
		drawn.clear();
		put(body, gap(above), gap(below));
		draw();
	}

	/** Keeps in the body the rows in sight, with as much room above and below as the others take. */
	function draw() {
		const long = page.length > 100;
		const from = long ? Math.max(0, Math.floor(scroll.scrollTop / ROW_PX) - SPARE_ROWS) & ~7 : 0;
		if (from === first) {
			return;
		}
		first = from;
		const to = long ? Math.min(page.length, from + Math.ceil(scroll.clientHeight / ROW_PX) + 2 * SPARE_ROWS + 8) : page.length;
		for (const [index, element] of drawn) {
			if (index < from || index >= to) {
				element.remove();
				drawn.delete(index);
			}
		}
		above.style.height = from * ROW_PX + 'px';
		below.style.height = (page.length - to) * ROW_PX + 'px';
		let next = body.lastElementChild;
		for (let index = to - 1; index >= from; index--) {
			if (!drawn.has(index)) {
				drawn.set(index, row(page[index], index));
				next.before(drawn.get(index));
			}
			next = drawn.get(index);
		}
	}

	function row(agent, index) {
		return h('tr', { 'aria-rowindex': String(index + 2) },
			COLUMNS.map((column, place) => h(place ? 'td' : 'th', { class: column.number ? 'number' : null, scope: place ? null : 'row' }, column.cell(agent))),
			h('td', { class: 'sparks' }, agent.metrics?.series ? sparkline(agent.metrics.series, zone()) : null));
	}

	function turnTo(title, number, pages) {
		return h('button', { type: 'button', class: 'button', disabled: number < 1 || number > pages, click: () => show({ page: String(number) }) }, title);
	}

	function sortBy({ key, down }) {
		const { sort } = shown();
		const usual = (down ? '-' : '') + key;
		show({ sort: sort === usual ? (down ? key : '-' + key) : usual, page: '1' }, { small: true });
	}

	function searchSoon() {
		clearTimeout(timer);
		timer = setTimeout(() => show({ search: search.value.trim(), page: '1' }, { small: true }), 250);
	}

	return { element, load, exported: () => sorted.map(toRow) };
}

/** A row that only takes room. */
function gap(cell) {
	return h('tr', { class: 'gap', 'aria-hidden': 'true' }, cell);
}

/** A change that is more than chance. */
function clear(agent, name, how) {
	const change = agent.metrics?.change;
	return change?.comparable && change[name].significant ? changeOf(change[name], { ...how, focusable: false }) : null;
}

function finished(agent) {
	return agent.metrics && agent.metrics.successRate + agent.metrics.errorRate > 0;
}

/** What is not there comes last, whichever way. */
function order(one, other, down = false) {
	if (one === null || other === null) {
		return (one === null) - (other === null);
	}
	const result = typeof one === 'string' ? one.localeCompare(other, 'en') : one - other;
	return down ? -result : result;
}

function toRow({ id, name, health, metrics }) {
	const times = metrics?.executionTimes;
	return {
		agent_id: id, agent: name, health: health?.status ?? null, why: health?.summary ?? null,
		executions: metrics?.totalExecutions ?? null, failed: metrics?.failedExecutions ?? null, success_rate: metrics?.successRate ?? null,
		error_rate: metrics?.errorRate ?? null, p50_ms: times?.p50Ms ?? null, p95_ms: times?.p95Ms ?? null, p99_ms: times?.p99Ms ?? null,
		exact: times?.exact ?? null, trend: metrics?.trend ?? null,
	};
}
