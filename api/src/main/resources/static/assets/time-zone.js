// Moments and wall clocks: converts between an instant and what a clock in a time zone shows.

const formats = new Map();

/** The zone of this browser. */
export const BROWSER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** Formats a moment as a clock in the zone shows it; one that is beyond all calendars stays as the server wrote it. */
export function inZone(moment, zone, options) {
	if (Number.isNaN(new Date(moment).getTime())) {
		return String(moment);
	}
	const key = zone + JSON.stringify(options);
	if (!formats.has(key)) {
		formats.set(key, new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone, hourCycle: 'h23' }));
	}
	return formats.get(key).format(new Date(moment));
}

/** A moment as it is typed, whatever the language of the browser: 2026-11-22 14:30. */
export function toInput(moment, zone) {
	const at = new Date(moment).getTime();
	const shown = new Date(at + offsetAt(at, zone));
	return Number.isNaN(shown.getTime()) ? '' : shown.toISOString().slice(0, 16).replace('T', ' ');
}

/** The moment at which a clock in the zone shows what was typed, a day for its begin; null if that is neither. */
export function fromInput(value, zone) {
	const [, day, time] = value.trim().match(/^(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{2}:\d{2}))?$/) ?? [];
	const wall = Date.parse(`${day}T${time ?? '00:00'}Z`);
	if (Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 10) !== day) {
		return null;
	}
	return new Date(atWall(wall, zone)).toISOString();
}

/** The calendar day on which a moment lies in the zone: 2026-11-22. */
export function dayOf(moment, zone) {
	return toInput(moment, zone).slice(0, 10);
}

/** Moves a moment by calendar days in the zone: the clock shows the same time of the day. */
export function plusDays(moment, days, zone) {
	const at = new Date(moment).getTime();
	return new Date(atWall(at + offsetAt(at, zone) + days * 86_400_000, zone)).toISOString();
}

function atWall(wall, zone) {
	const guess = wall - offsetAt(wall, zone);
	return wall - offsetAt(guess, zone);
}

/** How many milliseconds a clock in the zone is ahead of UTC. */
function offsetAt(moment, zone) {
	if (Number.isNaN(moment)) {
		return NaN;
	}
	const parts = inZone(moment, zone, {
		year: 'numeric',
		month: '2-digit',
		day: '2-digit',
		hour: '2-digit',
		minute: '2-digit',
		second: '2-digit',
	});
	const [, day, month, year, hour, minute, second] = parts.match(/(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)/);
	return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000;
}
