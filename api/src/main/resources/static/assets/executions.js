// An agent's recent executions, the newest first, a page at a time.

import { ask } from './api.js';
import { show, shown } from './address.js';
import { foreign, h, put } from './dom.js';
import { dateTime, duration } from './format.js';
import { noData, orProblem, panel, problemState } from './panel.js';
import * as queries from './queries.js';

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
			const rows = h('tbody', null, found.edges.map(row));
			put(
				body,
				narrowed,
				h(
					'div',
					{ class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of recent executions' },
					h(
						'table',
						{ class: 'runs' },
						h(
							'thead',
							null,
							h(
								'tr',
								null,
								['Started', 'Status', 'Took', 'Error', 'Id'].map((name) =>
									h('th', { scope: 'col', class: name === 'Took' ? 'number' : null }, name),
								),
							),
						),
						rows,
					),
				),
				older(found.pageInfo, rows),
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

	function older(pageInfo, rows) {
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
						further = true;
						rows.append(...data.agent.executions.edges.map(row));
						button.replaceWith(older(data.agent.executions.pageInfo, rows));
					} catch (failure) {
						button.replaceWith(problemState(failure));
					}
				},
			},
			'Older',
		);
		return button;
	}

	function row({ node }) {
		const cell = (className, make) => h('td', { class: className }, orProblem(make));
		return h(
			'tr',
			null,
			cell(null, () =>
				h('time', { datetime: node.executionStart }, dateTime(node.executionStart, zone(), { seconds: true })),
			),
			cell(null, () => h('span', { class: 'run run-' + node.status.toLowerCase() }, node.status.toLowerCase())),
			cell('number', () => duration(node.executionTimeMs)),
			cell('message-cell', () => errorOf(node)),
			cell(null, () => h('code', null, node.id)),
		);
	}
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
