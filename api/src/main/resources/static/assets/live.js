// Keeps the numbers fresh: the server pushes changes; where it cannot, the page asks again and says so.

import { follow } from './api.js';

const POLL_MS = 15_000;
const WINDOW_MOVES_MS = 60_000;
const CALM_MS = 2_000;
const AGAIN_MS = 60_000;
const DOWN_MS = 5_000;

/**
 * Starts watching.
 * @param query the subscription
 * @param refresh asks for the numbers again
 * @param failing whether the last question had no answer
 * @param tell called with 'connecting', 'live' or 'polling'
 * @returns what stops it
 */
export function watch({ query, refresh, failing, tell }) {
	const stop = new AbortController();
	let last = Date.now();
	let waiting = 0;
	let mode = 'connecting';
	let period = POLL_MS;

	function become(next) {
		mode = next;
		period = next === 'live' ? WINDOW_MOVES_MS : POLL_MS;
		tell(next);
	}

	/** At most one refresh in two seconds, and none while nobody looks. */
	function soon() {
		if (!waiting && !document.hidden) {
			waiting = setTimeout(() => {
				waiting = 0;
				last = Date.now();
				refresh();
			}, Math.max(0, last + CALM_MS - Date.now()));
		}
	}

	async function listen() {
		while (!stop.signal.aborted) {
			try {
				await follow(query, { signal: stop.signal, opened: () => become('live'), next: soon });
			} catch (failure) {
				if (!failure.kind && failure.name !== 'AbortError' && failure.name !== 'TypeError') {
					throw failure;
				}
			}
			if (!stop.signal.aborted) {
				const pause = mode === 'live' ? CALM_MS : failing() ? DOWN_MS : AGAIN_MS;
				become('polling');
				await new Promise((resolve) => setTimeout(resolve, pause));
			}
		}
	}

	const tick = setInterval(() => Date.now() - last >= (failing() ? DOWN_MS : period) && soon(), 1_000);
	const look = () => document.hidden || Date.now() - last < period || soon();
	document.addEventListener('visibilitychange', look);
	tell(mode);
	listen();
	return () => {
		stop.abort();
		clearInterval(tick);
		clearTimeout(waiting);
		document.removeEventListener('visibilitychange', look);
	};
}
