// Saves what is shown as CSV or JSON, and fetches the daily rows from the server with the token.

import { download } from './api.js';
import { h } from './dom.js';

/** What Excel knows UTF-8 by. */
const BOM = '\ufeff';

/** What a spreadsheet takes for the begin of a formula, in all widths, also behind what cannot be seen. */
const FORMULA = /^(?:[\t\r\n]|[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]*[=+\-@\u2212])/u;

/** Saves rows as CSV; text that a spreadsheet would take for a formula is marked as text. */
export function saveCsv(name, rows, { bom = false } = {}) {
	const columns = Object.keys(rows[0] ?? {});
	const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))].map((values) =>
		values.map(cell).join(','),
	);
	save(name + '.csv', new Blob([(bom ? BOM : '') + lines.join('\r\n') + '\r\n'], { type: 'text/csv' }));
}

/** Saves anything as JSON; what could not be answered is told in its place. */
export function saveJson(name, content) {
	save(name + '.json', new Blob([JSON.stringify(told(content), null, 2)], { type: 'application/json' }));
}

/** Saves what the server has at a path, under the name that the server gives it. */
export async function saveFrom(path, otherwise) {
	const { blob, name } = await download(path);
	save(name ?? otherwise, blob);
}

function told(value) {
	if (value === null || typeof value !== 'object') {
		return value;
	}
	if (Array.isArray(value)) {
		return value.map((_, index) => read(value, index));
	}
	return Object.fromEntries(Object.keys(value).map((name) => [name, read(value, name)]));
}

function read(parent, name) {
	let value;
	try {
		value = parent[name];
	} catch (problem) {
		return { error: problem.message, requestId: problem.requestId };
	}
	return told(value);
}

/** A value as CSV has it. */
export function cell(value) {
	if (typeof value !== 'string') {
		return value === null || value === undefined ? '' : String(value);
	}
	const text = FORMULA.test(value.normalize('NFKC')) ? "'" + value : value;
	return /[",\r\n']/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

function save(name, blob) {
	const url = URL.createObjectURL(blob);
	h('a', { href: url, download: name }).click();
	setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
