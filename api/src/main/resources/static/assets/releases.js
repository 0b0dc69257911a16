// An agent's releases: which ran when, how much of the work each did, and how it went.

import { show } from './address.js';
import { foreign, h, put, visible } from './dom.js';
import { percentile, rateOf } from './figures.js';
import { count, dateTime, dollars, NOTHING, percent } from './format.js';
import { panel } from './panel.js';
import * as queries from './queries.js';
import { drawTable, isSaid } from './table.js';

/** What is shown of a release; a column with 'known' only where that is true of one of them. */
const COLUMNS = [
	{ name: 'Release', kind: 'release-cell', cell: nameOf },
	{ name: 'First run', cell: ({ firstRun }, zone) => dateTime(firstRun, zone) },
	{ name: 'Last run', cell: ({ lastRun }, zone) => dateTime(lastRun, zone) },
	{ name: 'Share', kind: 'number', cell: ({ share }) => percent(share) },
	{ name: 'Executions', kind: 'number', cell: ({ totalExecutions }) => count(totalExecutions) },
	{ name: 'Succeeded', kind: 'number', cell: (release) => rateOf(release.successRate, release) },
	{ name: 'p50', kind: 'number', cell: ({ executionTimes }) => percentile(executionTimes, 'p50') },
	{ name: 'p95', kind: 'number', cell: ({ executionTimes }) => percentile(executionTimes, 'p95') },
	{
		name: 'Tokens each',
		kind: 'number',
		known: ({ tokens }) => tokens?.count > 0,
		cell: ({ tokens }) => count(tokens.avg),
	},
	{
		name: 'Cost of a success',
		kind: 'number',
		known: ({ cost }) => cost?.count > 0,
		cell: ({ cost }) => dollars(cost.perSuccessfulExecutionUsd),
	},
];

/** Makes the panel, which is shown where executions say their release. */
export function releasesPanel({ listener, zone }) {
	return panel({
		name: 'releases',
		title: 'Releases',
		hint: 'in this window',
		query: queries.releases,
		listener,
		lines: 3,
		isWanted: ({ agent }) => agent?.releases?.some(({ version }) => isSaid(version)),
		render: ({ agent }, body) =>
			put(
				body,
				h(
					'div',
					{ class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of releases' },
					drawTable(h('table', { class: 'releases' }), COLUMNS, agent?.releases ?? [], zone()),
				),
			),
	});
}

/** A release's name, which shows its numbers alone. */
function nameOf({ version }) {
	return isSaid(version)
		? h(
				'button',
				{
					type: 'button',
					class: 'quiet only-release',
					'data-tip': `Shows the numbers of ${visible(version)} alone`,
					click: () => show({ release: version }),
				},
				foreign(version),
			)
		: h('span', { class: 'soft' }, 'not said');
}
