// A small picture of an agent's executions: one bar per bucket, its failures at the foot.

import { bucket, count } from './format.js';
import { svg } from './dom.js';

const WIDTH = 132;
const HEIGHT = 26;

/** An SVG with words for those who do not see it. */
export function sparkline({ granularity, points }, zone) {
	const most = points.reduce((best, point) => point.totalExecutions > best.totalExecutions ? point : best, points[0]);
	if (!most?.totalExecutions) {
		return svg('svg', { class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': 'No executions' },
			svg('path', { class: 'spark-none', d: `M0 ${HEIGHT - 0.5}H${WIDTH}` }));
	}
	const step = WIDTH / points.length;
	const bars = (value) => points.map((point, index) => {
		const height = Math.max(value(point) ? 1 : 0, value(point) / most.totalExecutions * HEIGHT);
		return height ? `M${(index * step).toFixed(2)} ${HEIGHT}v${(-height).toFixed(2)}h${(step * 0.8).toFixed(2)}V${HEIGHT}z` : '';
	}).join('');
	return svg('svg', {
		class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img',
		'aria-label': `Most on ${bucket(most, granularity, zone)}: ${count(most.totalExecutions)}`,
	}, svg('path', { class: 'spark-all', d: bars((point) => point.totalExecutions) }),
	svg('path', { class: 'spark-failed', d: bars((point) => point.failedExecutions) }));
}
