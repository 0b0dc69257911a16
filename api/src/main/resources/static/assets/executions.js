// An agent's recent executions, the newest first, a page at a time.

import { ask } from './api.js';
import { show, shown } from './address.js';
import { foreign, h, put } from './dom.js';
import { dateTime, duration } from './format.js';
import { noData, panel, problemState } from './panel.js';
import * as queries from './queries.js';

const STATUSES = { any: 'Any status', completed: 'Completed', failed: 'Failed', timeout: 'Timeout', cancelled: 'Cancelled', running: 'Running', pending: 'Pending' };

/** Makes the panel. */
export function executionsPanel({ listener, zone }) {
	const status = h('select', { 'aria-label': 'Status of the executions', change: () => show({ status: status.value }) },
		Object.entries(STATUSES).map(([value, title]) => h('option', { value }, title)));

	let further = false;

	return panel({
		name: 'runs', title: 'Recent executions', query: queries.executions, listener, actions: [status],
		render: ({ agent }, body, state, again) => {
			if (again && further) {
				return;
			}
			further = false;
			status.value = state.status;
			const found = agent?.executions;
			if (!found?.edges.length) {
				put(body, noData(state.status === 'any' ? 'This agent has not run.' : 'No execution has this status.'));
				return;
			}
			const rows = h('tbody', null, found.edges.map(row));
			put(body, h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of recent executions' }, h('table', { class: 'runs' },
				h('thead', null, h('tr', null, ['Started', 'Status', 'Took', 'Error', 'Id'].map((name) => h('th', { scope: 'col', class: name === 'Took' ? 'number' : null }, name)))), rows)),
			older(found.pageInfo, rows));
		},
	});

	function older(pageInfo, rows) {
		const button = h('button', {
			type: 'button', class: 'button', hidden: !pageInfo.hasNextPage, click: async () => {
				button.disabled = true;
				try {
					const { data } = await ask(queries.executions(shown(), pageInfo.endCursor));
					further = true;
					rows.append(...data.agent.executions.edges.map(row));
					button.replaceWith(older(data.agent.executions.pageInfo, rows));
				} catch (problem) {
					if (!problem.kind) {
						throw problem;
					}
					button.replaceWith(problemState(problem));
				}
			},
		}, 'Older');
		return button;
	}

	function row({ node }) {
		return h('tr', null,
			h('td', null, h('time', { datetime: node.executionStart }, dateTime(node.executionStart, zone()))),
			h('td', null, h('span', { class: 'run run-' + node.status.toLowerCase() }, node.status.toLowerCase())),
			h('td', { class: 'number' }, duration(node.executionTimeMs)),
			h('td', { class: 'message-cell' }, node.errorMessage && h('span', { dir: 'auto', 'data-tip': node.errorMessage.slice(0, 500) },
				node.errorType ? [foreign(node.errorType.slice(0, 100)), ': '] : null, node.errorMessage.slice(0, 300))),
			h('td', null, h('code', null, node.id)));
	}
}
