// Charts over time, drawn by uPlot: what the pointer or the arrow keys are at is read out above, all of it is in a
// table below.

import { annotationList, drawLines, marksOf, within } from './annotations.js';
import { h, put } from './dom.js';
import { rateOf } from './figures.js';
import { amount, bucket, count, duration, hourOf, inDay, percent, shortCount, shortDuration } from './format.js';
import { colour, onTheme } from './theme.js';

const DURATIONS = [1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 6 * 3_600_000, 86_400_000, 10 * 86_400_000];
const FINE = [1, 2, 5, 10, 20, 50, 100, 200, 500].concat(
	[1, 2, 5, 10, 20, 30].map((n) => n * 1_000),
	[1, 2, 5, 10, 20, 30].map((n) => n * 60_000),
	[1, 2, 5, 10].map((n) => n * 3_600_000),
	[1, 2, 5, 10, 20].map((n) => n * 86_400_000),
);

const LABEL_PX = 76;

const drawn = new Set();

onTheme(() => drawn.forEach((chart) => chart.draw()));

/**
 * Executions per bucket: successful, failed and other ones on top of each other.
 * @param before the series of an earlier window, or null
 * @param earlier by how many ms it is earlier, and how that reads
 * @param annotations what happened in this time
 */
export function executionsChart({ series, before, earlier, annotations, zone, label }) {
	const { points, granularity } = series;
	const others = points.map((point) => point.totalExecutions - point.successfulExecutions - point.failedExecutions);
	const data = [
		points.map(middleOf),
		points.map((point) => point.totalExecutions),
		points.map((point) => point.failedExecutions + point.successfulExecutions),
		points.map((point) => point.failedExecutions),
	];
	const compared =
		before &&
		points.map(
			(point) =>
				before.points.find(
					(other) =>
						startOf(other) <= middleOf(point) - earlier.ms / 1000 &&
						middleOf(point) - earlier.ms / 1000 < endOf(other),
				)?.totalExecutions ?? null,
		);
	if (compared) {
		data.push(compared);
	}
	const bar = barOf(points);
	return chart({
		label,
		points,
		granularity,
		annotations,
		zone,
		data,
		scale: { range: (_, low, high) => [0, Math.max(high * 1.06, 1)] },
		axis: { values: (_, values) => values.map((value) => (Number.isInteger(value) ? shortCount(value) : '')) },
		lines: [
			bar('Other', 'other'),
			bar('Successful', 'successful'),
			bar('Failed', 'failed'),
			...(compared
				? [
						{
							label: earlier.title,
							stroke: () => colour('ink-soft'),
							width: 1.5,
							dash: [4, 4],
							points: { show: false },
						},
					]
				: []),
		],
		legend: [
			['successful', 'Successful'],
			['failed', 'Failed'],
			['other', 'Cancelled or in progress'],
			...(compared ? [['before', earlier.title]] : []),
		],
		read: (index) => [
			[null, count(points[index].totalExecutions) + ' executions'],
			[
				'failed',
				`${count(points[index].failedExecutions)} failed (${rateOf(points[index].errorRate, points[index])})`,
			],
			...(others[index] ? [['other', `${count(others[index])} cancelled or in progress`]] : []),
			...(compared
				? [
						[
							'before',
							compared[index] === null
								? `nothing known of ${earlier.title}`
								: `${count(compared[index])} ${earlier.title}`,
						],
					]
				: []),
		],
		columns: [
			['Executions', (point) => count(point.totalExecutions)],
			['Successful', (point) => count(point.successfulExecutions)],
			['Failed', (point) => count(point.failedExecutions)],
			['Error rate', (point) => rateOf(point.errorRate, point)],
			...(compared ? [[earlier.title, (point) => count(compared[points.indexOf(point)])]] : []),
		],
	});
}

/**
 * What each day has left of a budget, in percent of it: bars up from zero, or down where more is used up than there is.
 */
export function burnDownChart({ days, zone, label }) {
	// all of them are counted up to now, whether they are aggregated or not
	const points = days.map((day, index) => ({ ...day, aggregated: true, open: index === days.length - 1 }));
	const left = points.map(({ budgetLeftPercent }) => budgetLeftPercent);
	const bar = barOf(points);
	return chart({
		label,
		points,
		granularity: 'DAY',
		zone,
		data: [points.map(middleOf), left.map((value) => Math.max(0, value)), left.map((value) => Math.min(0, value))],
		scale: { range: (_, low) => [low * 1.06, 100] },
		axis: { values: (_, values) => values.map(percent) },
		lines: [bar('Left', 'successful'), bar('Over', 'failed')],
		legend: [
			['successful', 'Budget left at the end of each day'],
			['failed', 'Used up beyond it'],
		],
		read: (index) => [
			[left[index] < 0 ? 'failed' : 'successful', `${percent(left[index])} left`],
			[null, `${amount(points[index].missed)} of ${count(points[index].executions)} missed it`],
		],
		columns: [
			['Executions', (point) => count(point.executions)],
			['Missed', (point) => amount(point.missed)],
			['Left', (point) => amount(point.budgetLeft)],
			['Left, of all', (point) => percent(point.budgetLeftPercent)],
		],
	});
}

/** Makes the series of bars of a name in a colour. */
function barOf(points) {
	return (name, fill) => ({
		label: name,
		paths: barsOf(points),
		points: { show: false },
		fill: () => colour(fill),
		stroke: () => colour(fill),
		width: 0,
	});
}

/** Bars as wide as their bucket, less a gap: one that is cut where the window begins or ends is narrower. */
function barsOf(points) {
	return (plot, series, first, last) => {
		const fill = new Path2D();
		const foot = plot.valToPos(0, 'y', true);
		for (let index = first; index <= last; index++) {
			const value = plot.data[series][index];
			if (value) {
				const left = plot.valToPos(startOf(points[index]), 'x', true);
				const slot = plot.valToPos(endOf(points[index]), 'x', true) - left;
				const width = Math.max(Math.min(1, slot), Math.min(slot * 0.78, 56 * devicePixelRatio));
				const top = plot.valToPos(value, 'y', true);
				fill.rect(left + (slot - width) / 2, top, width, foot - top);
			}
		}
		return { fill, stroke: null };
	};
}

/** How the lines are drawn: the lowest last and thinnest, so that each can be seen where all are the same. */
const LINES = [
	['p99', 4, 9],
	['p95', 2.75, 7],
	['p50', 1.5, 5],
];

/** The percentiles per bucket, as lines or with the bands between them filled. */
export function timesChart({ series, annotations, zone, label, bands = false }) {
	const { points, granularity } = series;
	const line = ([name, width, size]) => ({
		label: name,
		stroke: () => colour(name),
		width,
		spanGaps: false,
		points: { show: points.length < 40, size, fill: () => colour(name), width: 0 },
	});
	const fill = (between, name) => ({ series: between, fill: () => colour(name) });
	return chart({
		label,
		points,
		granularity,
		annotations,
		zone,
		data: [points.map(middleOf), ...LINES.map(([name]) => points.map((point) => point[name + 'Ms']))].map(
			(values, index) =>
				index
					? values.map((value) => (value === null || value === undefined ? null : Math.max(1, value)))
					: values,
		),
		scale: {
			distr: 3,
			range: (_, low, high) => (low === null ? [1, 1000] : [Math.max(0.9, low * 0.75), high * 1.3]),
		},
		axis: {
			splits: (plot) => durationSplits(plot.scales.y.min, plot.scales.y.max, plot.height / 38),
			values: (_, values) => values.map(shortDuration),
		},
		lines: LINES.map(line),
		bands: bands ? [fill([2, 3], 'band-95'), fill([1, 2], 'band-99')] : [],
		legend: [
			['p50', 'p50'],
			['p95', 'p95'],
			['p99', 'p99'],
		],
		read: (index) =>
			['p50', 'p95', 'p99']
				.map((name) => [name, `${name} ${duration(points[index][name + 'Ms'])}`])
				.concat(points[index].exact === false ? [[null, '≈ estimated from sketches']] : []),
		columns: ['p50', 'p95', 'p99'].map((name) => [name, (point) => duration(point[name + 'Ms'])]),
	});
}

/** Where the labels of a logarithmic axis of durations go. */
export function durationSplits(low, high, most) {
	const fine = FINE.filter((value) => value >= low && value <= high);
	const chosen = fine.length > most ? DURATIONS.filter((value) => value >= low && value <= high) : fine;
	return chosen.length >= 2 ? chosen : fine;
}

function chart({
	label,
	points,
	granularity,
	annotations = [],
	zone,
	data,
	scale,
	axis,
	lines,
	bands,
	legend,
	read,
	columns,
}) {
	const window = { from: startOf(points[0]), to: endOf(points.at(-1)), zone };
	const happened = within(annotations, window);
	const readout = h('div', { class: 'readout' });
	const canvas = h('div', {
		class: 'canvas',
		tabindex: '0',
		role: 'group',
		'aria-label': label + '. Left and right arrow keys read it out.',
	});
	const spoken = h('span', { class: 'unseen', 'aria-live': 'polite' });
	const element = h(
		'figure',
		{ class: 'chart' },
		readout,
		marksOf(happened, window),
		canvas,
		spoken,
		asTable(label, points, granularity, zone, columns),
		annotationList(annotations, zone),
	);
	let plot = null;
	let at = null;

	function draw() {
		if (!canvas.isConnected) {
			drawn.delete(self);
			plot?.destroy();
			return;
		}
		plot?.destroy();
		plot = new globalThis.uPlot(options(canvas.clientWidth, canvas.clientHeight), data, canvas);
	}

	function options(width, height) {
		const lined = {
			stroke: () => colour('ink-soft'),
			font: '12px system-ui, sans-serif',
			grid: { stroke: () => colour('line'), width: 1 },
			ticks: { show: false },
		};
		return {
			width,
			height,
			padding: [10, 24, 0, 0],
			legend: { show: false },
			cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
			scales: { x: { range: () => [window.from, window.to] }, y: scale },
			axes: [
				{
					...lined,
					grid: { show: false },
					size: 30,
					splits: (plot) => labelled(plot).map((index) => data[0][index]),
					values: (plot) => labelled(plot).map((index) => tick(points[index].from, granularity, zone)),
				},
				{ ...lined, size: 62, space: 44, filter: (_, splits) => splits, ...axis },
			],
			series: [{}, ...lines],
			bands,
			hooks: {
				setCursor: [(plot) => tell(indexAt(plot))],
				drawClear: [shadeUnsure, (plot) => drawLines(plot, happened, window)],
			},
		};
	}

	/** Which buckets have a label: of hours those that divide the day, of days every so many; none lies on another. */
	function labelled(plot) {
		const most = plot.width / LABEL_PX;
		const all = points.map((_, index) => index);
		const every = Math.ceil(points.length / most);
		const step = [1, 2, 3, 6, 12].find((hours) => hours >= every) ?? 24;
		const hours = all.filter((index) => hourOf(points[index].from, zone) % step === 0);
		const wanted =
			granularity === 'HOUR'
				? hours.filter((_, place) => place % Math.ceil(hours.length / most) === 0)
				: all.filter((index) => (points.length - 1 - index) % every === 0);
		let next = Infinity;
		return wanted
			.toReversed()
			.filter((index) => {
				const at = plot.valToPos(data[0][index], 'x');
				const free = next - at >= LABEL_PX * 0.7;
				next = free ? at : next;
				return free;
			})
			.reverse();
	}

	/** What is not over, or not aggregated, stands on a shaded ground. */
	function shadeUnsure(plot) {
		for (const point of points.filter((each) => each.open || !each.aggregated)) {
			const left = plot.valToPos(startOf(point), 'x', true);
			plot.ctx.fillStyle = colour('unsure');
			plot.ctx.fillRect(left, plot.bbox.top, plot.valToPos(endOf(point), 'x', true) - left, plot.bbox.height);
		}
	}

	function indexAt(plot) {
		if (plot.cursor.left === null || plot.cursor.left < 0) {
			return null;
		}
		const seconds = plot.posToVal(plot.cursor.left, 'x');
		const index = points.findIndex((point) => seconds < endOf(point));
		return index < 0 ? points.length - 1 : index;
	}

	function tell(index) {
		at = index;
		const parts = index === null ? legend : read(index);
		put(
			readout,
			index === null ? null : h('strong', null, whichOf(points[index])),
			parts.map(([name, text]) => h('span', { class: name ? 'key key-' + name : null }, text)),
		);
	}

	function whichOf(point) {
		return (
			bucket(point, granularity, zone) +
			(point.open ? ' (not over)' : '') +
			(point.aggregated ? '' : ' (not aggregated)')
		);
	}

	canvas.addEventListener('keydown', (event) => {
		const step = { ArrowLeft: -1, ArrowRight: 1, Home: -points.length, End: points.length }[event.key];
		if (step) {
			event.preventDefault();
			tell(Math.max(0, Math.min(points.length - 1, (at ?? (step > 0 ? -1 : points.length)) + step)));
			spoken.textContent =
				whichOf(points[at]) +
				': ' +
				read(at)
					.map(([, text]) => text)
					.join(', ');
		}
	});
	canvas.addEventListener('blur', () => tell(null));
	new ResizeObserver(
		() =>
			canvas.clientWidth &&
			(plot ? plot.setSize({ width: canvas.clientWidth, height: canvas.clientHeight }) : draw()),
	).observe(canvas);
	tell(null);
	const self = { draw };
	drawn.add(self);
	return element;
}

/** The same numbers in words; made when they are asked for. */
function asTable(label, points, granularity, zone, columns) {
	const details = h(
		'details',
		{
			class: 'numbers',
			toggle: () =>
				details.open &&
				details.children.length === 1 &&
				details.append(
					h(
						'div',
						{ class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label + ', table' },
						h(
							'table',
							null,
							h(
								'thead',
								null,
								h(
									'tr',
									null,
									h('th', { scope: 'col' }, 'From'),
									columns.map(([name]) => h('th', { scope: 'col', class: 'number' }, name)),
								),
							),
							h(
								'tbody',
								null,
								points.map((point) =>
									h(
										'tr',
										null,
										h('th', { scope: 'row' }, bucket(point, granularity, zone)),
										columns.map(([, value]) => h('td', { class: 'number' }, value(point))),
									),
								),
							),
						),
					),
				),
		},
		h('summary', null, 'Numbers'),
	);
	return details;
}

function tick(from, granularity, zone) {
	return inDay(from, zone, granularity === 'HOUR');
}

function startOf(point) {
	return Date.parse(point.from) / 1000;
}

function endOf(point) {
	return Date.parse(point.to) / 1000;
}

function middleOf(point) {
	return (startOf(point) + endOf(point)) / 2;
}
