// What time it is at the server, and in which zone its days are: ages and windows are told by its clock, because the
// browser's may be wrong.

let ahead = 0;
let zone = 'UTC';

/** Learns from an answer how far the server's clock is ahead of the browser's. */
export function setFrom(response) {
	const date = Date.parse(response.headers.get('Date'));
	if (!Number.isNaN(date)) {
		ahead = date - Date.now();
	}
}

/** Milliseconds since the epoch, to the second; the browser's until the server has answered. */
export function now() {
	return Date.now() + ahead;
}

/** The zone in which the server's days begin and end; UTC until it has said so. */
export function daysZone() {
	return zone;
}

/** Learns the zone of the days; returns whether it is another than before. */
export function setDaysZone(name) {
	const other = name !== zone;
	zone = name;
	return other;
}
