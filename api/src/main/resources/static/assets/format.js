// Numbers with their units, as a person would say them.

import { now } from './server-clock.js';
import { inZone } from './time-zone.js';

const NARROW = '\u202f';
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What stands where there is no number. */
export const NOTHING = '–';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const significant = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const hundredths = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const cents = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 });

/** A count, in full. */
export function count(value) {
	return isNumber(value) ? whole.format(value) : NOTHING;
}

/** A count where there is little room. */
export function shortCount(value) {
	return value < 10_000 ? whole.format(value) : short.format(value);
}

/** An amount in US dollars: cents from a dollar on, else three digits that are not zero. */
export function dollars(value) {
	if (!isNumber(value)) {
		return NOTHING;
	}
	return '$' + (value >= 1 ? cents : significant).format(value);
}

/** A number of which the API gives two decimals. */
export function amount(value) {
	return isNumber(value) ? hundredths.format(value).replace('-', '−') : NOTHING;
}

/** A percentage that the API gives with two decimals. */
export function percent(value) {
	return isNumber(value) ? amount(value) + NARROW + '%' : NOTHING;
}

/** Milliseconds as ms, s, min, h or d: the unit that a person would choose, and at most two of them. */
export function duration(ms) {
	if (!isNumber(ms)) {
		return NOTHING;
	}
	if (ms < SECOND) {
		return whole.format(ms) + NARROW + 'ms';
	}
	if (Math.round(ms / 100) * 100 < MINUTE) {
		return significant.format(ms / SECOND) + NARROW + 's';
	}
	if (Math.round(ms / SECOND) * SECOND < HOUR) {
		return two(ms, MINUTE, 'min', SECOND, 's');
	}
	if (Math.round(ms / MINUTE) * MINUTE < DAY) {
		return two(ms, HOUR, 'h', MINUTE, 'min');
	}
	return two(ms, DAY, 'd', HOUR, 'h');
}

/** Milliseconds on an axis, in one unit. */
export function shortDuration(ms) {
	const [unit, name] =
		ms < SECOND
			? [1, 'ms']
			: ms < MINUTE
				? [SECOND, 's']
				: ms < HOUR
					? [MINUTE, 'min']
					: ms < DAY
						? [HOUR, 'h']
						: [DAY, 'd'];
	return significant.format(ms / unit) + NARROW + name;
}

/** The change of a positive value, signed, in percent; from twice as much on as a multiple. */
export function relativeChange({ previous, difference }) {
	const part = difference / previous;
	if (part >= 1) {
		return '×\u202f' + (part < 9 ? tenths : whole).format(1 + part);
	}
	const percent = 100 * part;
	return sign(Math.abs(percent) < 0.05 ? 0 : percent) + tenths.format(Math.abs(percent)) + NARROW + '%';
}

/** A difference of two percentages, signed, in percentage points. */
export function points(value) {
	return isNumber(value) ? sign(value) + hundredths.format(Math.abs(value)) + NARROW + 'pp' : NOTHING;
}

/** A day and time, with seconds where runs are told apart, and with the year only where it is another than today's. */
export function dateTime(moment, zone, { seconds = false } = {}) {
	const year =
		inZone(moment, zone, { year: 'numeric' }) === inZone(now(), zone, { year: 'numeric' }) ? undefined : 'numeric';
	const second = seconds ? '2-digit' : undefined;
	return inZone(moment, zone, { day: 'numeric', month: 'short', year, hour: '2-digit', minute: '2-digit', second });
}

/** A time of the day, with seconds. */
export function clock(moment, zone) {
	return inZone(moment, zone, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** A day with its weekday. */
export function day(moment, zone) {
	return inZone(moment, zone, { weekday: 'short', day: 'numeric', month: 'short' });
}

/** A moment on an axis: the time of the day where hours count, else the day. */
export function inDay(moment, zone, hours) {
	const time = inZone(moment, zone, { hour: '2-digit', minute: '2-digit' });
	return hours && time !== '00:00' ? time : inZone(moment, zone, { day: 'numeric', month: 'short' });
}

/** The hour of the day. */
export function hourOf(moment, zone) {
	return Number(inZone(moment, zone, { hour: '2-digit' }));
}

/** A calendar day such as 2026-11-21. */
export function date(text) {
	return inZone(text + 'T12:00:00Z', 'UTC', { day: 'numeric', month: 'short', year: 'numeric' });
}

/** One bucket of a series: nothing that lies outside it is named. */
export function bucket({ from, to, open }, granularity, zone) {
	const time = (moment) => inZone(moment, zone, { hour: '2-digit', minute: '2-digit' });
	if (granularity === 'HOUR') {
		return day(from, zone) + ', ' + time(from) + (open || !to ? '' : '–' + time(to));
	}
	if (!to) {
		return day(from, zone);
	}
	const last = day(Date.parse(to) - 1, zone);
	const until = !open && time(to) !== '00:00' ? ' ' + time(to) : '';
	const since = time(from) !== '00:00' ? ' ' + time(from) : '';
	return last === day(from, zone)
		? day(from, zone) + (since && ' from' + since) + (until && ' until' + until)
		: day(from, zone) + since + ' – ' + last + until;
}

/** A word for one, another for many. */
export function plural(value, one, many = one + 's') {
	return count(value) + ' ' + (value === 1 ? one : many);
}

function two(ms, large, largeName, small, smallName) {
	const smalls = Math.round(ms / small);
	const larges = Math.floor((smalls * small) / large);
	const rest = smalls - (larges * large) / small;
	return whole.format(larges) + NARROW + largeName + (rest ? ' ' + rest + NARROW + smallName : '');
}

function sign(value) {
	return value > 0 ? '+' : value < 0 ? '−' : '±';
}

function isNumber(value) {
	return typeof value === 'number' && Number.isFinite(value);
}
