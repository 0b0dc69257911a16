// Moments and wall clocks: converts between an instant and what a clock in a time zone shows.

const formats = new Map();

/** The zone of this browser. */
export const BROWSER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** Formats a moment as a clock in the zone shows it. */
export function inZone(moment, zone, options) {
	const key = zone + JSON.stringify(options);
	if (!formats.has(key)) {
		formats.set(key, new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone, hourCycle: 'h23' }));
	}
	return formats.get(key).format(new Date(moment));
}

/** The value of an input of type datetime-local for a moment. */
export function toInput(moment, zone) {
	const shown = new Date(Date.parse(moment) + offsetAt(Date.parse(moment), zone));
	return Number.isNaN(shown.getTime()) ? '' : shown.toISOString().slice(0, 16);
}

/** The moment at which a clock in the zone shows what was put in; null if nothing was. */
export function fromInput(value, zone) {
	const wall = Date.parse(value + 'Z');
	if (Number.isNaN(wall)) {
		return null;
	}
	const guess = wall - offsetAt(wall, zone);
	return new Date(wall - offsetAt(guess, zone)).toISOString();
}

/** How many milliseconds a clock in the zone is ahead of UTC. */
function offsetAt(moment, zone) {
	if (Number.isNaN(moment)) {
		return NaN;
	}
	const parts = inZone(moment, zone, {
		year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
	});
	const [, day, month, year, hour, minute, second] = parts.match(/(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)/);
	return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000;
}
