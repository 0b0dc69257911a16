// Keeps the numbers fresh: the server pushes changes; where it cannot, the page asks again and says so.

import { follow } from './api.js';

const POLL_MS = 15_000;
const WINDOW_MOVES_MS = 60_000;
const CALM_MS = 1_000;
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
	let connection = new AbortController();
	let last = performance.now();
	let waiting = 0;
	let mode = 'connecting';
	let period = POLL_MS;

	function become(next) {
		mode = next;
		period = next === 'live' ? WINDOW_MOVES_MS : POLL_MS;
		tell(next);
	}

	/** It is live once the server has sent what it has, not already when it has agreed to. */
	function pushed() {
		if (mode !== 'live') {
			become('live');
		}
		soon();
	}

	/** At most one refresh in a second, and none while nobody looks. */
	function soon() {
		if (!waiting && !document.hidden) {
			waiting = setTimeout(
				() => {
					waiting = 0;
					last = performance.now();
					refresh();
				},
				Math.max(0, last + CALM_MS - performance.now()),
			);
		}
	}

	/** A page that nobody looks at holds no connection: a browser has six for all of a site's tabs together. */
	function letGo() {
		connection.abort();
	}

	function inSight() {
		return document.hidden
			? new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }))
			: Promise.resolve();
	}

	async function listen() {
		while (!stop.signal.aborted) {
			await inSight();
			connection = new AbortController();
			const signal = AbortSignal.any([stop.signal, connection.signal]);
			try {
				await follow(query, { signal, next: pushed });
			} catch (failure) {
				if (!failure.kind && failure.name !== 'AbortError' && failure.name !== 'TypeError') {
					console.error(failure);
				}
			}
			if (!stop.signal.aborted) {
				const pause = mode === 'live' || document.hidden ? CALM_MS : failing() ? DOWN_MS : AGAIN_MS;
				become('polling');
				await new Promise((resolve) => setTimeout(resolve, pause));
			}
		}
	}

	const tick = setInterval(() => performance.now() - last >= (failing() ? DOWN_MS : period) && soon(), 1_000);
	const look = () => (document.hidden ? letGo() : performance.now() - last < period || soon());
	document.addEventListener('visibilitychange', look);
	window.addEventListener('pagehide', letGo);
	tell(mode);
	listen();
	return () => {
		stop.abort();
		clearInterval(tick);
		clearTimeout(waiting);
		document.removeEventListener('visibilitychange', look);
		window.removeEventListener('pagehide', letGo);
	};
}
