// The one door to the server: queries, subscriptions and downloads, with the token that is kept in memory only.

const PATIENCE_MS = 30_000;

/** Why there is no answer, in words for the reader. */
export class Problem extends Error {

	/** @param kind UNREACHABLE, NOT_SIGNED_IN, FORBIDDEN or a kind that the API gives, such as BAD_INPUT */
	constructor(kind, sentence) {
		super(sentence);
		this.kind = kind;
	}

}

const UNREACHABLE = 'The API does not answer.';
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
 * @returns {data, problems}: problems are sentences about fields that could not be answered
 */
export function ask(query) {
	if (!pending.has(query)) {
		pending.set(query, send(query).finally(() => pending.delete(query)));
	}
	return pending.get(query);
}

async function send(query) {
	const response = await request('/graphql', {
		method: 'POST',
		headers: { 'Content-Type': 'application/json', 'Accept': 'application/json' },
		body: JSON.stringify({ query }),
		signal: AbortSignal.timeout(PATIENCE_MS),
	});
	const answer = await read(response);
	const errors = answer.errors ?? [];
	if (errors.length && Object.values(answer.data ?? {}).every((field) => field === null)) {
		throw problemOf(errors[0]);
	}
	if (!answer.data) {
		throw new Problem('INTERNAL', 'The API gave no data.');
	}
	return { data: answer.data, problems: [...new Set(errors.map((error) => error.message))] };
}

/**
 * Follows a subscription over server-sent events until it ends or is cut off.
 * @param opened called once the server has agreed
 * @param next called with each event's data
 */
export async function follow(query, { signal, opened, next }) {
	const response = await request('/graphql', {
		method: 'POST',
		headers: { 'Content-Type': 'application/json', 'Accept': 'text/event-stream' },
		body: JSON.stringify({ query }),
		signal,
	});
	if (!response.ok || !response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
		throw new Problem('UNREACHABLE', 'The server does not push changes.');
	}
	opened();
	let rest = '';
	const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
	for (let part = await reader.read(); !part.done; part = await reader.read()) {
		const events = (rest + part.value).replaceAll('\r\n', '\n').split('\n\n');
		rest = events.pop();
		for (const event of events) {
			const answer = dataOf(event);
			if (answer?.errors) {
				throw problemOf(answer.errors[0]);
			}
			if (answer?.data) {
				next(answer.data);
			}
		}
	}
}

/** Fetches a file with the token, which a plain link could not send. */
export async function download(path) {
	const response = await request(path, { headers: {} });
	if (!response.ok) {
		const problem = await response.json().catch(() => ({}));
		throw new Problem('BAD_INPUT', problem.detail ?? `The server refused the download (${response.status}).`);
	}
	return response.blob();
}

async function request(path, options) {
	let response;
	try {
		response = await fetch(path, {
			...options,
			headers: token ? { ...options.headers, Authorization: 'Bearer ' + token } : options.headers,
		});
	} catch (failure) {
		throw failure.name === 'AbortError' ? failure
			: new Problem('UNREACHABLE', failure.name === 'TimeoutError' ? 'The API did not answer in time.' : UNREACHABLE);
	}
	if (response.status === 401) {
		throw new Problem('NOT_SIGNED_IN', token ? 'The server does not accept this token.' : 'The server asks for a token.');
	}
	if (response.status === 403) {
		throw new Problem('FORBIDDEN', FORBIDDEN);
	}
	if (response.status >= 500) {
		throw new Problem('UNREACHABLE', `${UNREACHABLE} (HTTP ${response.status})`);
	}
	return response;
}

async function read(response) {
	try {
		return await response.json();
	} catch {
		throw new Problem('UNREACHABLE', UNREACHABLE);
	}
}

/** Errors that have no kind of their own but say that the caller may not ask. */
function problemOf(error) {
	const kind = error.extensions?.kind ?? error.extensions?.classification ?? 'INTERNAL';
	return kind === 'UNAUTHENTICATED' || kind === 'UNAUTHORIZED' ? new Problem('NOT_SIGNED_IN', 'The server asks for a token.')
		: kind === 'FORBIDDEN' ? new Problem('FORBIDDEN', FORBIDDEN) : new Problem(kind, error.message);
}

function dataOf(event) {
	const data = event.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5)).join('\n');
	return data.trim() ? JSON.parse(data) : null;
}
