// Saves what is shown as CSV or JSON, and fetches the daily rows from the server with the token.

import { download } from './api.js';
import { h } from './dom.js';

/** Saves rows as CSV; text that a spreadsheet would take for a formula is marked as text. */
export function saveCsv(name, rows) {
	const columns = Object.keys(rows[0] ?? {});
	const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))].map((values) => values.map(cell).join(','));
	save(name + '.csv', new Blob([lines.join('\r\n') + '\r\n'], { type: 'text/csv' }));
}

/** Saves anything as JSON. */
export function saveJson(name, content) {
	save(name + '.json', new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }));
}

/** Saves what the server has at a path. */
export async function saveFrom(path, name) {
	save(name, await download(path));
}

/** A value as CSV has it. */
export function cell(value) {
	if (typeof value !== 'string') {
		return value === null || value === undefined ? '' : String(value);
	}
	const text = /^[=+\-@\t\r]/.test(value) ? "'" + value : value;
	return /[",\r\n']/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

function save(name, blob) {
	const url = URL.createObjectURL(blob);
	h('a', { href: url, download: name }).click();
	setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
