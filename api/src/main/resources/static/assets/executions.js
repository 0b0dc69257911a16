// An agent's recent executions, the newest first, a page at a time.

import { ask } from './api.js';
import { show, shown } from './address.js';
import { foreign, h, put, visible } from './dom.js';
import { count, dateTime, dollars, duration, NOTHING } from './format.js';
import { noData, panel, problemState } from './panel.js';
import * as queries from './queries.js';
import { drawTable, isSaid } from './table.js';

const STATUSES = {
	any: 'Any status',
	unsuccessful: 'Failed, timeout or cancelled',
	completed: 'Completed',
	failed: 'Failed',
	timeout: 'Timeout',
	cancelled: 'Cancelled',
	running: 'Running',
	pending: 'Pending',
};

/** What is shown of a run; a column with 'known' only where that is true of one of the runs. */
const COLUMNS = [
	{
		name: 'Started',
		cell: ({ executionStart }, zone) =>
			h('time', { datetime: executionStart }, dateTime(executionStart, zone, { seconds: true })),
	},
	{
		name: 'Status',
		cell: ({ status }) => h('span', { class: 'run run-' + status.toLowerCase() }, status.toLowerCase()),
	},
	{ name: 'Took', kind: 'number', cell: ({ executionTimeMs }) => duration(executionTimeMs) },
	{
		name: 'Release',
		kind: 'release-cell',
		known: ({ agentVersion }) => isSaid(agentVersion),
		cell: ({ agentVersion }) =>
			isSaid(agentVersion) ? foreign(agentVersion, { 'data-tip': visible(agentVersion) }) : NOTHING,
	},
	{
		name: 'Tokens',
		kind: 'number',
		known: ({ inputTokens, outputTokens }) => isSaid(inputTokens) || isSaid(outputTokens),
		cell: tokensOf,
	},
	{ name: 'Cost', kind: 'number', known: ({ costUsd }) => isSaid(costUsd), cell: ({ costUsd }) => dollars(costUsd) },
	{ name: 'Error', kind: 'message-cell', cell: errorOf },
	{
		name: 'Trace',
		known: ({ link }) => isSaid(link),
		cell: ({ id, link }) =>
			isSaid(link)
				? h(
						'a',
						{ href: link, target: '_blank', rel: 'noopener noreferrer', 'aria-label': 'Trace of ' + id },
						'Open',
					)
				: NOTHING,
	},
	{ name: 'Id', cell: ({ id }) => h('code', null, id) },
];

/** Makes the panel. */
export function executionsPanel({ listener, zone }) {
	const status = h(
		'select',
		{ 'aria-label': 'Status of the executions', change: () => show({ status: status.value }) },
		Object.entries(STATUSES).map(([value, title]) => h('option', { value }, title)),
	);

	let further = false;

	return panel({
		name: 'runs',
		title: 'Recent executions',
		query: queries.executions,
		listener,
		actions: [status],
		render: ({ agent }, body, state, again) => {
			if (again && further) {
				return;
			}
			further = false;
			status.value = state.status;
			const found = agent?.executions ?? null;
			const narrowed = state.since ? narrowing(state) : null;
			if (!found?.edges.length) {
				put(
					body,
					narrowed,
					noData(
						state.status !== 'any'
							? `No execution ${state.since ? 'of that time ' : ''}has this status.`
							: state.window === 'custom'
								? 'This agent has not run in this window.'
								: 'This agent has not run.',
					),
				);
				return;
			}
			const table = h('table', { class: 'runs' });
			draw(table, found.edges);
			put(
				body,
				narrowed,
				h(
					'div',
					{ class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of recent executions' },
					table,
				),
				older(found, table),
			);
		},
	});

	/** Says which executions an error leads to, as only their time is known; and leads back to all. */
	function narrowing({ since, until }) {
		const moment = (text) => dateTime(text, zone(), { seconds: true });
		return h(
			'p',
			{ class: 'narrowed' },
			`Started from ${moment(since)} to ${moment(until)}, when the error came first and last. Other errors of `,
			'that time are among them; executions that have the error but completed show when that status is chosen. ',
			h(
				'button',
				{ type: 'button', class: 'button', click: () => show({ since: '', until: '', status: 'any' }) },
				'Show all',
			),
		);
	}

	function draw(table, edges) {
		drawTable(
			table,
			COLUMNS,
			edges.map(({ node }) => node),
			zone(),
		);
	}

	function older({ edges, pageInfo }, table) {
		const button = h(
			'button',
			{
				type: 'button',
				class: 'button',
				hidden: !pageInfo.hasNextPage,
				click: async () => {
					button.disabled = true;
					try {
						const { data } = await ask(queries.executions(shown(), pageInfo.endCursor));
						const found = data.agent.executions;
						const all = [...edges, ...found.edges];
						further = true;
						draw(table, all);
						button.replaceWith(older({ edges: all, pageInfo: found.pageInfo }, table));
					} catch (failure) {
						button.replaceWith(problemState(failure));
					}
				},
			},
			'Older',
		);
		return button;
	}
}

/** What models were given and answered with. */
function tokensOf({ inputTokens, outputTokens, cachedInputTokens }) {
	return isSaid(inputTokens) || isSaid(outputTokens)
		? h(
				'span',
				{
					'data-tip': isSaid(cachedInputTokens)
						? count(cachedInputTokens) + ' of the input from a cache'
						: null,
				},
				`${count(inputTokens)} in, ${count(outputTokens)} out`,
			)
		: NOTHING;
}

/** What went wrong, as far as the run says. */
function errorOf({ errorType, errorMessage }) {
	const message = errorMessage?.trim() ? errorMessage : '';
	return errorType || message
		? h(
				'span',
				{ dir: 'auto', 'data-tip': message.slice(0, 500) || null },
				errorType && foreign(errorType.slice(0, 100)),
				errorType && message && ': ',
				message.slice(0, 300),
			)
		: null;
}
