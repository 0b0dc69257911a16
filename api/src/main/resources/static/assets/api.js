// The one door to the server: queries, subscriptions and downloads, with the token that is kept in memory only.

import { setFrom } from './server-clock.js';

const PATIENCE_MS = 30_000;
const SILENCE_MS = 60_000;

/** The folder that the page is served from: behind a proxy it need not be the host's root. */
const ROOT = new URL('..', import.meta.url);

/** Why there is no answer, in words for the reader. */
export class Problem extends Error {
	/**
	 * @param kind UNREACHABLE, NOT_SIGNED_IN, FORBIDDEN or a kind that the API gives, such as BAD_INPUT
	 * @param requestId by what the server's log names the request; null if there was none
	 */
	constructor(kind, sentence, requestId = null) {
		super(sentence);
		this.kind = kind;
		this.requestId = requestId;
	}
}

const UNREACHABLE = 'The API does not answer.';
const REFUSED =
	"The server refuses this page's own requests (HTTP 403). A proxy in front of it has to tell the host, port and " +
	'scheme that the browser sees: X-Forwarded-Host, X-Forwarded-Port, X-Forwarded-Proto.';
const FORBIDDEN = 'Your token does not allow reading metrics (scope metrics:read).';

let token = null;

const pending = new Map();

/** Sends this bearer token with everything from now on; null for none. */
export function useToken(value) {
	token = value;
}

export function hasToken() {
	return token !== null;
}

/**
 * Answers a query. The same query asked twice at once is sent once.
 * @returns {data, problems, content}: reading a field of data that could not be answered throws its Problem, so that
 * nobody takes it for one that has no value; problems are those of all fields; content is the answer as text, the same
 * for as long as nothing has changed
 */
export function ask(query) {
	if (!pending.has(query)) {
		pending.set(
			query,
			send(query).finally(() => pending.delete(query)),
		);
	}
	return pending.get(query);
}

async function send(query) {
	const response = await request('graphql', {
		method: 'POST',
		headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
		body: JSON.stringify({ query }),
		signal: AbortSignal.timeout(PATIENCE_MS),
	});
	return unpack(await read(response), response.headers.get('X-Request-Id'));
}

/** Takes an answer apart: what of it failed throws when it is read. */
export function unpack(answer, requestId = null) {
	const problems = (answer.errors ?? []).map((error) => problemOf(error, requestId));
	if (problems.some(({ kind }) => kind === 'NOT_SIGNED_IN' || kind === 'FORBIDDEN')) {
		throw problems.find(({ kind }) => kind === 'NOT_SIGNED_IN' || kind === 'FORBIDDEN');
	}
	if (!answer.data) {
		throw problems[0] ?? new Problem('INTERNAL', answer.detail ?? 'The API gave no data.', requestId);
	}
	const content = JSON.stringify([answer.data, problems.map(({ message }) => message)], (key, value) =>
		key === 'computedAt' ? undefined : value,
	);
	problems.forEach((problem, index) => setTrap(answer.data, answer.errors[index].path, problem));
	return { data: answer.data, problems, content };
}

/** Puts a problem where its field would be: at the first null on its path, because a field that may not be null takes
 * those around it along. */
function setTrap(data, path, problem) {
	let parent = data;
	for (const name of path ?? []) {
		const trapped = Object.getOwnPropertyDescriptor(parent, name)?.get;
		if (trapped) {
			return;
		}
		if (parent[name] === null || parent[name] === undefined) {
			Object.defineProperty(parent, name, {
				enumerable: true,
				get: () => {
					throw problem;
				},
			});
			return;
		}
		if (typeof parent[name] !== 'object') {
			break;
		}
		parent = parent[name];
	}
	// nobody can tell what of the answer it is about
	throw problem;
}

/**
 * Follows a subscription over server-sent events until it ends, is cut off, or is silent for longer than the server's
 * signs of life are apart.
 * @param next called with each event's data
 */
export async function follow(query, { signal, next }) {
	const silent = new AbortController();
	const response = await request('graphql', {
		method: 'POST',
		headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
		body: JSON.stringify({ query }),
		signal: AbortSignal.any([signal, silent.signal]),
	});
	if (!response.ok || !response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
		throw new Problem('UNREACHABLE', 'The server does not push changes.');
	}
	let rest = '';
	const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
	for (;;) {
		const timer = setTimeout(() => silent.abort(), SILENCE_MS);
		const part = await reader.read().finally(() => clearTimeout(timer));
		if (part.done) {
			return;
		}
		const events = (rest + part.value).replaceAll('\r\n', '\n').split('\n\n');
		rest = events.pop();
		for (const event of events) {
			const answer = dataOf(event);
			if (answer) {
				next(unpack(answer).data);
			}
		}
	}
}

/**
 * Fetches a file with the token, which a plain link could not send.
 * @returns {blob, name}: the name is the server's own; null if it gave none
 */
export async function download(path) {
	const response = await request(path, { headers: {} });
	if (!response.ok) {
		throw await refusal(response, 'BAD_INPUT');
	}
	const name = response.headers.get('Content-Disposition')?.match(/filename="([^"/\\]+)"/)?.[1] ?? null;
	return { blob: await response.blob(), name };
}

/** Asks for what a path of the page's own folder has. */
export async function request(path, options) {
	let response;
	try {
		response = await fetch(new URL(path, ROOT), {
			...options,
			headers: token ? { ...options.headers, Authorization: 'Bearer ' + token } : options.headers,
		});
	} catch (failure) {
		throw failure.name === 'AbortError'
			? failure
			: new Problem(
					'UNREACHABLE',
					failure.name === 'TimeoutError' ? 'The API did not answer in time.' : UNREACHABLE,
				);
	}
	setFrom(response);
	const requestId = response.headers.get('X-Request-Id');
	if (response.status === 401) {
		throw new Problem(
			'NOT_SIGNED_IN',
			token ? 'The server does not accept this token.' : 'The server asks for a token.',
			requestId,
		);
	}
	if (response.status === 403) {
		throw token ? new Problem('FORBIDDEN', FORBIDDEN, requestId) : new Problem('UNREACHABLE', REFUSED, requestId);
	}
	if (response.status >= 500) {
		throw await refusal(response, 'UNREACHABLE');
	}
	return response;
}

/** Why there is no answer, in the server's own words where it has some. */
async function refusal(response, kind) {
	const { detail, errors, kind: given } = await response.json().catch(() => ({}));
	const requestId = response.headers.get('X-Request-Id');
	return errors?.length
		? problemOf(errors[0], requestId)
		: new Problem(given ?? kind, detail ?? `${UNREACHABLE} (HTTP ${response.status})`, requestId);
}

async function read(response) {
	try {
		return await response.json();
	} catch {
		throw new Problem('UNREACHABLE', UNREACHABLE);
	}
}

/** Errors that have no kind of their own but say that the caller may not ask. */
function problemOf(error, requestId) {
	const kind = error.extensions?.kind ?? error.extensions?.classification ?? 'INTERNAL';
	const id = error.extensions?.requestId ?? requestId;
	return kind === 'UNAUTHENTICATED' || kind === 'UNAUTHORIZED'
		? new Problem('NOT_SIGNED_IN', 'The server asks for a token.', id)
		: kind === 'FORBIDDEN'
			? new Problem('FORBIDDEN', FORBIDDEN, id)
			: new Problem(kind, error.message, id);
}

function dataOf(event) {
	const data = event
		.split('\n')
		.filter((line) => line.startsWith('data:'))
		.map((line) => line.slice(5))
		.join('\n');
	return data.trim() ? JSON.parse(data) : null;
}
