// How an agent's times and tokens are distributed: histograms with the percentiles marked, and the share of the
// executions within a time of choice.

import { ask } from './api.js';
import { bar, h, put, svg } from './dom.js';
import { count, duration, percent, plural } from './format.js';
import { asProblem, noData, panel, sentenceOf } from './panel.js';
import * as queries from './queries.js';

const WIDTH = 800;
const HEIGHT = 220;
const TOP = 46;
const LINE = 14;
const FOOT = 22;
const STEPS = 1_000;
const CALM_MS = 150;

/** What is distributed: how it is called, and how one of it reads. */
const TIMES = { what: 'execution times', text: duration };
const TOKENS = { what: 'executions by their tokens', text: count };

/** Makes the panel of tokens, which is shown where executions say theirs. */
export function tokensPanel({ listener }) {
	return panel({
		name: 'tokens',
		title: 'Tokens of an execution',
		hint: 'input and output together',
		query: queries.tokens,
		listener,
		lines: 6,
		isWanted: ({ agentMetrics: { tokens } }) => tokens.count > 0,
		render: ({ agentMetrics: { tokens } }, body) =>
			put(body, tokens.count > 0 && [picture(tokens.histogram.buckets, tokens, TOKENS), bound(tokens.histogram)]),
	});
}

/** Makes the panel of times. */
export function distributionPanel({ listener }) {
	let chosen = null;
	let timer = 0;
	let turn = 0;

	return panel({
		name: 'distribution',
		title: 'Distribution',
		query: queries.distribution,
		listener,
		lines: 6,
		render: ({ agentMetrics: { histogram, executionTimes: times } }, body, state) =>
			put(
				body,
				histogram?.count && times
					? [
							picture(
								histogram.buckets.map(({ fromMs: from, toMs: to, count: n }) => ({
									from,
									to,
									count: n,
								})),
								{ p50: times.p50Ms, p95: times.p95Ms, p99: times.p99Ms },
								TIMES,
							),
							slider(histogram, times, state),
							bound(histogram),
						]
					: noData('No execution in this window has a measured time.'),
			),
	});

	function slider(histogram, times, state) {
		const low = Math.max(1, times.minMs);
		const high = Math.max(low + 1, times.maxMs);
		const toMs = (step) => low * (high / low) ** (step / STEPS);
		const toStep = (ms) => Math.round((Math.log(ms / low) / Math.log(high / low)) * STEPS);
		chosen = Math.min(high, Math.max(low, chosen ?? times.p95Ms));
		const input = h('input', {
			type: 'range',
			id: 'share',
			min: '0',
			max: String(STEPS),
			value: String(toStep(chosen)),
			input: () => {
				chosen = nice(toMs(Number(input.value)));
				name();
				clearTimeout(timer);
				timer = setTimeout(answer, CALM_MS);
			},
		});
		const time = h('strong');
		const share = h('output', { for: 'share' });

		function name() {
			time.textContent = duration(Math.round(chosen));
			input.setAttribute('aria-valuetext', duration(Math.round(chosen)));
		}

		async function answer() {
			const mine = ++turn;
			share.classList.add('is-refreshing');
			try {
				const { data } = await ask(queries.shareWithin(state, chosen));
				if (mine === turn) {
					const within = data.agentMetrics.shareWithin;
					// the shortest and the longest time are always exact, and nobody sees an error that rounds to 0 %
					const sure =
						within.exact ||
						chosen >= times.maxMs ||
						chosen < times.minMs ||
						within.rankErrorPercent < 0.005;
					put(
						share,
						h('strong', null, (sure ? '' : '≈\u202f') + percent(within.percent)),
						` of ${plural(within.count, 'execution')}`,
						sure ? null : h('span', { class: 'soft' }, ` (± ${percent(within.rankErrorPercent)})`),
					);
				}
			} catch (failure) {
				if (mine === turn) {
					put(share, h('span', { class: 'failed-part' }, 'Error'), ' ', sentenceOf(asProblem(failure)));
				}
			} finally {
				share.classList.remove('is-refreshing');
			}
		}

		name();
		answer();
		return h(
			'div',
			{ class: 'share-within' },
			h('label', { for: 'share' }, 'Share that took at most ', time),
			input,
			share,
		);
	}
}

/** How far estimated counts may be off. */
function bound({ exact, rankErrorPercent, count: n }) {
	return (
		!exact &&
		h(
			'p',
			{ class: 'panel-note' },
			`≈ Estimated from sketches: each count is off by at most ${percent(rankErrorPercent)} of ${count(n)}.`,
		)
	);
}

/**
 * Bars of equal width for buckets of unequal length: their edges stand below.
 * @param percentiles the values at p50, p95 and p99
 */
function picture(buckets, percentiles, { what, text }) {
	const most = Math.max(...buckets.map((bucket) => bucket.count));
	const step = WIDTH / buckets.length;
	const bars = buckets
		.map(({ count: n }, index) => {
			const height = (n / most) * (HEIGHT - TOP - FOOT);
			return n ? bar(index * step + 0.5, HEIGHT - FOOT, step - 1, Math.max(1, height)) : '';
		})
		.join('');
	const marks = together(['p50', 'p95', 'p99'], (name) => text(percentiles[name])).map((names, level) =>
		mark(names, text(percentiles[names[0]]), position(buckets, percentiles[names[0]]) * step, level),
	);
	const edge = (index) => text(index < buckets.length ? buckets[index].from : buckets.at(-1).to);
	const places = [0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * buckets.length));
	const edges = together([...new Set(places)], edge).map(([index]) =>
		svg(
			'text',
			{
				x: index * step,
				y: HEIGHT - 5,
				'text-anchor': index === 0 ? 'start' : index === buckets.length ? 'end' : 'middle',
			},
			edge(index),
		),
	);
	const words =
		`Histogram of ${count(buckets.reduce((sum, bucket) => sum + bucket.count, 0))} ${what}: ` +
		`half took at most ${text(percentiles.p50)}, 95 % at most ${text(percentiles.p95)}, ` +
		`99 % at most ${text(percentiles.p99)}`;
	return h(
		'figure',
		{ class: 'chart' },
		svg(
			'svg',
			{ class: 'histogram', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': words },
			svg('path', { class: 'histogram-bars', d: bars }),
			svg('path', { class: 'histogram-foot', d: `M0 ${HEIGHT - FOOT}H${WIDTH}` }),
			marks,
			edges,
		),
		h(
			'details',
			{ class: 'numbers' },
			h('summary', null, 'Numbers'),
			h(
				'div',
				{ class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `Histogram of ${what}, table` },
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
							h('th', { scope: 'col' }, 'To'),
							h('th', { scope: 'col', class: 'number' }, 'Executions'),
						),
					),
					h(
						'tbody',
						null,
						buckets.map((bucket) =>
							h(
								'tr',
								null,
								h('th', { scope: 'row' }, text(bucket.from)),
								h('td', null, text(bucket.to)),
								h('td', { class: 'number' }, count(bucket.count)),
							),
						),
					),
				),
			),
		),
	);
}

/** Each on a line of its own; percentiles that read the same share one. */
function mark(names, value, x, level) {
	const right = x > WIDTH - 190;
	const y = 12 + level * LINE;
	return svg(
		'g',
		{ class: 'mark mark-' + names.at(-1) },
		svg('path', { d: `M${x.toFixed(1)} ${y - 10}V${HEIGHT - FOOT}` }),
		svg(
			'text',
			{ x: x + (right ? -5 : 5), y, 'text-anchor': right ? 'end' : 'start' },
			`${names.join(' = ')} ${value}`,
		),
	);
}

/** Groups what reads the same, in the order in which it comes. */
function together(all, textOf) {
	return [...Map.groupBy(all, textOf).values()];
}

/** Where a value lies, in buckets from the left. */
function position(buckets, value) {
	const index = buckets.findIndex((bucket) => value < bucket.to);
	if (index < 0) {
		return buckets.length;
	}
	const { from, to } = buckets[index];
	return index + Math.max(0, (value - from) / (to - from));
}

/** Two digits are enough to choose by. */
function nice(ms) {
	const unit = 10 ** Math.max(0, Math.floor(Math.log10(ms)) - 1);
	return Math.max(1, Math.round(ms / unit) * unit);
}
