// An agent's releases: which ran when, how much of the work each did, and how it went.

import { show } from './address.js';
import { foreign, h, put, visible } from './dom.js';
import { percentile, rateOf } from './figures.js';
import { count, dateTime, dollars, NOTHING, percent } from './format.js';
import { orProblem, panel } from './panel.js';
import * as queries from './queries.js';

const isSaid = (value) => value !== null && value !== undefined;

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
		render: ({ agent }, body) => {
			const releases = agent?.releases ?? [];
			const columns = COLUMNS.filter(
				// a problem is shown where the value would be
				({ known }) => !known || releases.some((release) => orProblem(() => known(release))),
			);
			put(
				body,
				h(
					'div',
					{ class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of releases' },
					h(
						'table',
						{ class: 'releases' },
						h(
							'thead',
							null,
							h(
								'tr',
								null,
								columns.map(({ name, kind }) =>
									h('th', { scope: 'col', class: kind === 'number' ? kind : null }, name),
								),
							),
						),
						h(
							'tbody',
							null,
							releases.map((release) =>
								h(
									'tr',
									null,
									columns.map(({ cell, kind }) =>
										h(
											'td',
											{ class: kind },
											orProblem(() => cell(release, zone())),
										),
									),
								),
							),
						),
					),
				),
			);
		},
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
