// The table of all agents: searched, ordered and cut into pages by the server; of a long list only the rows in sight
// are there.

import { show, shown } from './address.js';
import { ask } from './api.js';
import { h, put, redraw } from './dom.js';
import { agentLink, changeOf, healthBadge, noneRanIn, percentile, rateOf } from './figures.js';
import { count, plural } from './format.js';
import {
	asProblem,
	copyButton,
	noData,
	orProblem,
	PASSING,
	problemState,
	sentenceOf,
	sentences,
	skeleton,
} from './panel.js';
import * as queries from './queries.js';
import { sparkline } from './sparkline.js';

/** As many as the server gives at once. */
const CHUNK = 100;
const ROW_PX = 45;
const SPARE_ROWS = 8;
const TRENDS = {
	IMPROVING: '↗ improving',
	DECLINING: '↘ declining',
	STABLE: '→ stable',
	INSUFFICIENT_DATA: 'too few runs',
	NO_DATA: 'no finished runs',
};

/** Name, the server's order if it has one and what that goes by, and the cell. */
const COLUMNS = [
	{
		key: 'name',
		title: 'Agent',
		order: 'NAME',
		by: 'name',
		cell: (agent) => [agentLink(agent), orProblem(() => incomplete(agent.metrics.provenance.missing))],
	},
	{
		key: 'health',
		title: 'Health',
		order: 'HEALTH',
		by: 'health, the most urgent first',
		cell: ({ health }) => h('span', { 'data-tip': health.summary }, healthBadge(health)),
	},
	{
		key: 'errors',
		title: 'Error rate',
		order: 'ERROR_RATE',
		by: 'error rate of the last 24 h',
		number: true,
		cell: ({ metrics }) => [
			rateOf(metrics.errorRate, metrics),
			clear(metrics, 'errorRate', { of: 'rate', better: 'less' }),
		],
	},
	{
		key: 'executions',
		title: 'Executions',
		order: 'EXECUTIONS',
		by: 'executions of the last 24 h',
		number: true,
		cell: ({ metrics }) => [count(metrics.totalExecutions), clear(metrics, 'totalExecutions')],
	},
	{
		key: 'p50',
		title: 'p50',
		number: true,
		cell: ({ metrics }) => percentile(metrics.executionTimes, 'p50', { focusable: false }),
	},
	{
		key: 'p95',
		title: 'p95',
		order: 'P95',
		by: 'p95 of the last 24 h',
		number: true,
		cell: ({ metrics }) => [
			percentile(metrics.executionTimes, 'p95', { focusable: false }),
			clear(metrics, 'p95Ms', { of: 'time', better: 'less' }),
		],
	},
	{
		key: 'p99',
		title: 'p99',
		number: true,
		cell: ({ metrics }) => percentile(metrics.executionTimes, 'p99', { focusable: false }),
	},
	{ key: 'trend', title: 'Trend', cell: ({ metrics }) => h('span', { class: 'soft' }, TRENDS[metrics.trend]) },
];

/** Where the pages of each list that was looked through begin, by their number. */
const begins = new Map();

/** Makes the panel. */
export function agentsTable({ listener, zone }) {
	const search = h('input', {
		type: 'search',
		placeholder: 'Search agents',
		'aria-label': 'Search agents by name or external id',
		maxlength: '200',
		input: () => searchSoon(),
	});
	const health = h(
		'select',
		{ 'aria-label': 'Health', change: () => fromTheStart({ health: health.value }) },
		[
			['any', 'Any health'],
			['alert', 'Alert'],
			['warn', 'Warning'],
			['ok', 'OK'],
			['too_few', 'Too few runs'],
			['no_data', 'No runs'],
		].map(([value, title]) => h('option', { value }, title)),
	);
	const rowsShown = h(
		'select',
		{ 'aria-label': 'Rows per page', change: () => fromTheStart({ rows: rowsShown.value }) },
		[
			['25', '25 rows'],
			['100', '100 rows'],
			['all', 'All rows'],
		].map(([value, title]) => h('option', { value }, title)),
	);
	const body = h('tbody');
	const headings = COLUMNS.map((column) =>
		h(
			'th',
			{ scope: 'col', class: 'column-' + column.key + (column.number ? ' number' : '') },
			column.order
				? h(
						'button',
						{ type: 'button', click: () => fromTheStart({ sort: column.key }, { small: true }) },
						column.title,
						h('span', { class: 'arrow', 'aria-hidden': 'true' }),
					)
				: h('span', null, column.title),
		),
	);
	const table = h(
		'table',
		{ class: 'agents' },
		h('caption', { class: 'unseen' }, 'All agents; the buttons in the column heads sort'),
		h(
			'thead',
			null,
			h(
				'tr',
				null,
				headings,
				h('th', { scope: 'col', class: 'column-sparks' }, h('span', null, 'Executions over time')),
			),
		),
		body,
	);
	const scroll = h(
		'div',
		{ class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of all agents' },
		table,
	);
	const pager = h('nav', { class: 'pager', 'aria-label': 'Pages of agents' });
	const content = h('div', { class: 'panel-body' }, skeleton(8));
	const note = h('p', { class: 'panel-note', hidden: true });
	const summary = h('span', { class: 'hint', role: 'status' });
	const element = h(
		'section',
		{ class: 'panel panel-agents', 'aria-labelledby': 'title-agents' },
		h(
			'header',
			{ class: 'panel-head' },
			h('h2', { id: 'title-agents' }, 'Agents'),
			summary,
			h(
				'div',
				{ class: 'panel-actions' },
				search,
				health,
				rowsShown,
				copyButton('Agents', () => query(shown(), beginOf(shown()))),
			),
		),
		content,
		note,
		pager,
	);
	const above = h('td', { colspan: String(COLUMNS.length + 1) });
	const below = h('td', { colspan: String(COLUMNS.length + 1) });
	const drawn = new Map();
	/** What the server gave, in its order, with the cursor after which each begins. */
	let chunks = [];
	let total = 0;
	let page = [];
	let first = -1;
	let asked = null;
	let turn = 0;
	let timer = 0;
	let goingOn = null;

	scroll.addEventListener('scroll', () => requestAnimationFrame(draw), { passive: true });

	async function load(state) {
		if (document.activeElement !== search) {
			search.value = state.search;
		}
		health.value = state.health;
		rowsShown.value = state.rows;
		const mine = ++turn;
		const list = query(state, beginOf(state));
		const another = list !== asked;
		asked = list;
		element.classList.toggle('is-refreshing', another && chunks.length > 0);
		element.setAttribute('aria-busy', 'true');
		try {
			const [from, to] = another || !chunks.length ? [0, 0] : chunksInSight();
			for (let index = from; index <= to; index++) {
				const after = index === 0 ? beginOf(state) : chunks[index - 1].end;
				const answer = await ask(query(state, after));
				if (mine !== turn) {
					return;
				}
				take(index, after, answer, another);
			}
			listener.answered({});
		} catch (failure) {
			if (mine === turn) {
				fail(asProblem(failure), another);
			}
		} finally {
			if (mine === turn) {
				element.classList.remove('is-refreshing');
				element.setAttribute('aria-busy', 'false');
			}
		}
	}

	/** Where a refresh goes: a list that is read on as one scrolls is not read again as a whole. */
	function chunksInSight() {
		const last = Math.min(chunks.length, Math.ceil((first + drawn.size) / CHUNK)) - 1;
		return [Math.min(Math.floor(Math.max(0, first) / CHUNK), Math.max(0, last)), Math.max(0, last)];
	}

	function take(index, after, { data: { agents }, problems, content: text }, another) {
		element.classList.remove('is-refreshing', 'is-old');
		tell(problems.length ? 'Not all of it could be answered: ' + sentences(problems) : '');
		const same = !another && chunks[index]?.text === text;
		if (same && total === agents.totalCount) {
			return;
		}
		const end = agents.pageInfo.endCursor;
		const follow = !another && chunks[index]?.end === end ? chunks.slice(index + 1) : [];
		chunks = [...(another ? [] : chunks.slice(0, index)), chunkOf(after, agents, text), ...follow];
		total = agents.totalCount;
		redraw(content, arrange);
	}

	function tell(sentence) {
		note.textContent = sentence;
		note.hidden = !sentence;
	}

	function fail(problem, another) {
		const keep = !another && chunks.length > 0 && PASSING.includes(problem.kind);
		if (!keep) {
			chunks = [];
			page = [];
			asked = null;
			put(pager);
			put(content, problemState(problem));
		}
		tell(keep ? 'Not refreshed: ' + sentenceOf(problem) : '');
		element.classList.toggle('is-old', keep);
		listener.failed(problem);
	}

	/** Draws what has come. */
	function arrange() {
		const state = shown();
		const sorted = columnOf(state);
		COLUMNS.forEach(
			({ key, order }, index) =>
				order &&
				headings[index].setAttribute(
					'aria-sort',
					key !== sorted.key ? 'none' : order === 'NAME' ? 'ascending' : 'descending',
				),
		);
		page = chunks.flatMap(({ agents }) => agents);
		summary.textContent = `${plural(total, 'agent')}, by ${sorted.by}`;
		if (!page.length) {
			put(pager);
			summary.textContent = '';
			put(
				content,
				state.search || state.health !== 'any'
					? noData('No agent matches.')
					: Number(state.page) > 1
						? noData('No agent is on this page any more.')
						: state.environment
							? noneRanIn(state.environment)
							: noData('There are no agents yet.'),
			);
			return;
		}
		scroll.classList.toggle('is-long', isLong());
		table.setAttribute('aria-rowcount', String(length() + 1));
		turnPages(state);
		if (!scroll.isConnected) {
			put(content, scroll);
		}
		first = -1;
		drawn.clear();
		put(body, gap(above), gap(below));
		draw();
	}

	function turnPages(state) {
		if (state.rows === 'all' || total <= Number(state.rows)) {
			put(pager);
			return;
		}
		const number = Math.max(1, Number(state.page) || 1);
		const known = beginsOf(state)
			.set(1, '')
			.set(number, state.after)
			.set(number + 1, chunks[0].end);
		const turnTo = (title, to, possible) =>
			h(
				'button',
				{
					type: 'button',
					class: 'button',
					disabled: !possible,
					click: () => show({ page: String(to), after: known.get(to) }),
				},
				title,
			);
		put(
			pager,
			number > 2 ? turnTo('First', 1, true) : null,
			turnTo('Previous', number - 1, number > 1 && known.has(number - 1)),
			h(
				'span',
				null,
				`Page ${count(number)} of ${count(Math.max(number, Math.ceil(total / Number(state.rows))))}`,
			),
			turnTo('Next', number + 1, chunks[0].more),
		);
	}

	/** Keeps in the body the rows in sight, with as much room above and below as the others take. */
	function draw() {
		const from = isLong() ? Math.max(0, Math.floor(scroll.scrollTop / ROW_PX) - SPARE_ROWS) & ~7 : 0;
		const wanted = isLong()
			? Math.min(length(), from + Math.ceil(scroll.clientHeight / ROW_PX) + 2 * SPARE_ROWS + 8)
			: length();
		if (wanted > page.length && hasMore() && !goingOn) {
			goOn(wanted).then(draw, (failure) => fail(asProblem(failure), false));
		}
		if (from === first) {
			return;
		}
		first = from;
		const to = Math.min(wanted, page.length);
		for (const [index, element] of drawn) {
			if (index < from || index >= to) {
				element.remove();
				drawn.delete(index);
			}
		}
		above.style.height = Math.min(from, length()) * ROW_PX + 'px';
		below.style.height = Math.max(0, length() - Math.max(from, to)) * ROW_PX + 'px';
		let next = body.lastElementChild;
		for (let index = to - 1; index >= from; index--) {
			if (!drawn.has(index)) {
				drawn.set(index, row(page[index], index));
				next.before(drawn.get(index));
			}
			next = drawn.get(index);
		}
	}

	/** Reads on until there are so many rows. */
	async function goOn(wanted) {
		while (hasMore() && page.length < wanted) {
			goingOn ??= readOn().finally(() => {
				goingOn = null;
			});
			await goingOn;
		}
	}

	async function readOn() {
		const mine = turn;
		const { end } = chunks.at(-1);
		element.setAttribute('aria-busy', 'true');
		try {
			const {
				data: { agents },
				problems,
				content: text,
			} = await ask(query(shown(), end));
			if (chunks.at(-1)?.end !== end || !hasMore()) {
				return;
			}
			tell(problems.length ? 'Not all of it could be answered: ' + sentences(problems) : '');
			chunks.push(chunkOf(end, agents, text));
			page = chunks.flatMap((chunk) => chunk.agents);
			first = -1;
			draw();
		} finally {
			if (mine === turn) {
				element.setAttribute('aria-busy', 'false');
			}
		}
	}

	function hasMore() {
		return shown().rows === 'all' && chunks.at(-1)?.more === true;
	}

	/** How many rows there are on the page, those not yet read included. */
	function length() {
		return hasMore() ? Math.max(total, page.length) : page.length;
	}

	function isLong() {
		return length() > CHUNK;
	}

	function row(agent, index) {
		return h(
			'tr',
			{ 'aria-rowindex': String(index + 2) },
			COLUMNS.map((column, place) =>
				h(
					place ? 'td' : 'th',
					{ class: column.number ? 'number' : null, scope: place ? null : 'row' },
					orProblem(() => column.cell(agent)),
				),
			),
			h(
				'td',
				{ class: 'sparks' },
				orProblem(() => sparkline(agent.metrics.series, zone())),
			),
		);
	}

	function fromTheStart(change, how) {
		show({ ...change, page: '1', after: '' }, how);
	}

	function searchSoon() {
		clearTimeout(timer);
		timer = setTimeout(() => fromTheStart({ search: search.value.trim() }, { small: true }), 250);
	}

	return {
		element,
		load,
		/** All rows, those not yet read included. */
		exported: async () => {
			await goOn(Infinity);
			return page.map(toRow);
		},
		/** How far one has scrolled. */
		place: () => scroll.scrollTop,
		/** Scrolls as far, once there are so many rows. */
		goTo: async (top) => {
			if (top > 0) {
				await goOn(Math.ceil((top + scroll.clientHeight) / ROW_PX));
				scroll.scrollTop = top;
			}
		},
	};
}

function columnOf({ sort }) {
	return COLUMNS.find(({ key, order }) => order && key === sort.replace('-', '')) ?? COLUMNS[1];
}

function query(state, after) {
	return queries.agents(state, {
		first: state.rows === 'all' ? CHUNK : Number(state.rows),
		after,
		order: columnOf(state).order,
	});
}

function beginOf({ rows, after }) {
	return rows === 'all' ? '' : after;
}

function beginsOf(state) {
	const list = query(state, '');
	if (!begins.has(list)) {
		begins.set(list, new Map());
	}
	return begins.get(list);
}

function chunkOf(after, { edges, pageInfo }, text) {
	return { after, end: pageInfo.endCursor, more: pageInfo.hasNextPage, text, agents: edges.map(({ node }) => node) };
}

/** A row that only takes room. */
function gap(cell) {
	return h('tr', { class: 'gap', 'aria-hidden': 'true' }, cell);
}

function incomplete(missing) {
	return missing.length
		? h('span', { class: 'badge badge-warn', 'data-tip': missing.join(' ') }, 'Incomplete')
		: null;
}

/** A change that is more than chance. */
function clear({ change }, name, how) {
	return change?.comparable && change[name].significant ? changeOf(change, name, { ...how, focusable: false }) : null;
}

/** A row of a file: what could not be answered is told there, too. */
function toRow(agent) {
	const { id, name, externalId } = agent;
	const times = ({ metrics }) => metrics.executionTimes;
	const columns = {
		health: () => agent.health.status,
		why: () => agent.health.summary,
		executions: () => agent.metrics.totalExecutions,
		failed: () => agent.metrics.failedExecutions,
		success_rate: () => agent.metrics.successRate,
		error_rate: () => agent.metrics.errorRate,
		p50_ms: () => times(agent).p50Ms,
		p95_ms: () => times(agent).p95Ms,
		p99_ms: () => times(agent).p99Ms,
		exact: () => times(agent).exact,
		trend: () => agent.metrics.trend,
		external_id: () => externalId,
	};
	return Object.entries(columns).reduce(
		(row, [column, read]) => {
			try {
				row[column] = read();
			} catch (failure) {
				row[column] = 'error: ' + sentenceOf(asProblem(failure));
			}
			return row;
		},
		{ agent_id: id, agent: name },
	);
}
