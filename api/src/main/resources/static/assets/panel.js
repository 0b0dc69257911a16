// A panel asks one query and shows its answer; while there is none it says why: loading, no data, or what went wrong.

import { ask, Problem } from './api.js';
import { h, put, redraw } from './dom.js';

const HEADLINES = {
	UNREACHABLE: 'The API does not answer',
	UNAVAILABLE: 'The database is out of reach',
	BUSY: 'The API is busy',
	TIMEOUT: 'That took too long',
	NOT_SIGNED_IN: 'Not signed in',
	FORBIDDEN: 'Not allowed',
	BAD_INPUT: 'This cannot be asked',
	TOO_COMPLEX: 'This asks for too much',
	CORRUPT_DATA: 'What is stored cannot be read',
	PAGE: 'The page cannot show this',
};

/** Problems that go away by themselves: numbers that are there may stay until then. */
export const PASSING = ['UNREACHABLE', 'UNAVAILABLE', 'BUSY', 'TIMEOUT'];

/** What to show in place of numbers: an element with its own look for each kind of state. */
export function stateOf(kind, headline, sentence) {
	return h(
		'div',
		{ class: 'state state-' + kind },
		h('span', { class: 'state-sign', 'aria-hidden': 'true' }),
		h('div', null, h('strong', null, headline), h('p', null, sentence)),
	);
}

/** There is nothing to count in what was asked for. */
export function noData(sentence) {
	return stateOf('empty', 'No data', sentence);
}

/** There is no answer: says why, and by which id the server's log knows the request. */
export function problemState(failure) {
	const problem = asProblem(failure);
	const kind =
		problem.kind === 'NOT_SIGNED_IN' || problem.kind === 'FORBIDDEN'
			? 'locked'
			: problem.kind === 'BAD_INPUT'
				? 'invalid'
				: 'broken';
	return stateOf(kind, HEADLINES[problem.kind] ?? 'Something went wrong', [
		problem.message,
		problem.requestId && h('span', { class: 'request' }, 'Request ', h('code', null, problem.requestId)),
	]);
}

/** What is made, or an error in its place where it reads what could not be answered. */
export function orProblem(make) {
	try {
		return make();
	} catch (failure) {
		return h('span', { class: 'failed-part', 'data-tip': sentenceOf(asProblem(failure)) }, 'Error');
	}
}

/** A problem on one line. */
export function sentenceOf({ message, requestId }) {
	return message + (requestId ? ` (request ${requestId})` : '');
}

/** Whatever a page's own code throws is a problem, too: told to the reader, and to the console for who mends it. */
export function asProblem(failure) {
	if (failure instanceof Problem) {
		return failure;
	}
	console.error(failure);
	return new Problem('PAGE', String(failure?.message ?? failure));
}

/** Grey shapes where numbers will be. */
export function skeleton(lines) {
	return h(
		'div',
		{ class: 'skeleton', 'aria-label': 'Loading', role: 'img' },
		Array.from({ length: lines }, () => h('span')),
	);
}

/**
 * Makes a panel.
 * @param query the text to ask for a state
 * @param render shows the data in the body; told whether an answer to the same query is there already
 * @param listener told about every answer and every problem
 * @param isWanted whether the panel is shown for an answer, if not for each: then it is not while there is none; a
 * problem always shows it
 */
export function panel({ name, title, hint, query, render, lines = 5, listener, actions = [], isWanted = null }) {
	const body = h('div', { class: 'panel-body' }, skeleton(lines));
	const note = h('p', { class: 'panel-note', hidden: true });
	const element = h(
		'section',
		{
			class: 'panel panel-' + name,
			'aria-labelledby': 'title-' + name,
			'aria-busy': 'true',
			hidden: isWanted !== null,
		},
		h(
			'header',
			{ class: 'panel-head' },
			h('h2', { id: 'title-' + name }, title),
			hint && h('span', { class: 'hint' }, hint),
			h(
				'div',
				{ class: 'panel-actions' },
				actions,
				copyButton(title, () => asked),
			),
		),
		body,
		note,
	);
	let asked = '';
	let answered = null;
	let drawn = '';
	let latest = 0;

	async function load(state) {
		const turn = ++latest;
		const next = query(state);
		const other = next !== asked;
		asked = next;
		element.setAttribute('aria-busy', 'true');
		element.classList.toggle('is-refreshing', other && answered !== null);
		try {
			const answer = await ask(next);
			if (turn === latest) {
				draw(next, answer, state);
			}
		} catch (failure) {
			if (turn === latest) {
				fail(asProblem(failure));
			}
		} finally {
			if (turn === latest) {
				element.setAttribute('aria-busy', 'false');
				element.classList.remove('is-refreshing');
			}
		}
	}

	/** The same answer is not drawn again, and none while the pointer is down on what it would replace. */
	function draw(query, answer, state) {
		if (body.matches(':active')) {
			document.addEventListener('pointerup', () => asked === query && draw(query, answer, state), { once: true });
			return;
		}
		try {
			if (query !== answered || answer.content !== drawn) {
				redraw(body, () => render(answer.data, body, state, query === answered));
				answered = query;
				drawn = answer.content;
			}
			say(answer.problems.length ? 'Not all of it could be answered: ' + sentences(answer.problems) : '');
			element.hidden = isWanted !== null && !answer.problems.length && !isWanted(answer.data);
			listener?.answered(answer.data);
		} catch (failure) {
			fail(asProblem(failure));
		}
	}

	/** Numbers that were there stay for a while, marked as old; they go if they answer another question. */
	function fail(problem) {
		const keep = answered === asked && PASSING.includes(problem.kind);
		if (!keep) {
			answered = null;
			put(body, problemState(problem));
		}
		say(keep ? 'Not refreshed: ' + sentenceOf(problem) : '');
		element.hidden = false;
		element.classList.toggle('is-old', keep);
		listener?.failed(problem);
	}

	function say(sentence) {
		note.textContent = sentence;
		note.hidden = !sentence;
		element.classList.remove('is-old');
	}

	return { element, load };
}

/** Problems as sentences, each said once. */
export function sentences(problems) {
	return [...new Set(problems.map(sentenceOf))].join(' ');
}

/** A button that copies what a panel has asked. */
export function copyButton(title, query) {
	return h(
		'button',
		{
			type: 'button',
			class: 'quiet copy',
			'aria-label': `Copy query of ${title} (GraphQL)`,
			'data-tip': 'Copies the GraphQL query that this panel asks',
			click: () => copy(query()),
		},
		'Copy query',
	);
}

/** Puts a text into the clipboard, or shows it where the browser does not allow that. */
export async function copy(text, what = 'The query') {
	const toast = document.getElementById('toast');
	try {
		await navigator.clipboard.writeText(text);
		toast.textContent = what + ' is in the clipboard.';
	} catch {
		const shown = h('textarea', { readonly: true, rows: '12', 'aria-label': what });
		shown.value = text;
		const dialog = h(
			'dialog',
			{ class: 'query', close: () => dialog.remove() },
			h('p', null, `This browser does not let the page copy. ${what}:`),
			shown,
			h('form', { method: 'dialog' }, h('button', { class: 'button' }, 'Close')),
		);
		document.body.append(dialog);
		dialog.showModal();
		shown.select();
	}
	setTimeout(() => put(toast), 4_000);
}
