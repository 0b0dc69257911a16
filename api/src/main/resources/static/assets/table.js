// Tables whose columns say what they show of each row.

import { h, put } from './dom.js';
import { orProblem } from './panel.js';

/** Whether a value that may be missing is there. */
export const isSaid = (value) => value !== null && value !== undefined;

/**
 * Draws rows in a table.
 * @param columns each with a name, what its cell shows of a row, a kind that is its class, and with 'known' if it is
 * only shown where that is true of one of the rows; a problem is shown where the value would be
 */
export function drawTable(table, columns, rows, zone) {
	const shown = columns.filter(({ known }) => !known || rows.some((row) => orProblem(() => known(row))));
	put(
		table,
		h(
			'thead',
			null,
			h(
				'tr',
				null,
				shown.map(({ name, kind }) => h('th', { scope: 'col', class: kind === 'number' ? kind : null }, name)),
			),
		),
		h(
			'tbody',
			null,
			rows.map((row) =>
				h(
					'tr',
					null,
					shown.map(({ cell, kind }) =>
						h(
							'td',
							{ class: kind },
							orProblem(() => cell(row, zone)),
						),
					),
				),
			),
		),
	);
	return table;
}
