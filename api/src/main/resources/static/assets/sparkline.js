// A small picture of an agent's executions: one bar per bucket, as wide as that, its failures at the foot.

import { bucket, count } from './format.js';
import { bar, svg } from './dom.js';

const WIDTH = 132;
const HEIGHT = 26;

/** An SVG with words for those who do not see it. */
export function sparkline({ granularity, points }, zone) {
	const most = points.reduce(
		(best, point) => (point.totalExecutions > best.totalExecutions ? point : best),
		points[0],
	);
	if (!most?.totalExecutions) {
		return svg(
			'svg',
			{ class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': 'No executions' },
			svg('path', { class: 'spark-none', d: `M0 ${HEIGHT - 0.5}H${WIDTH}` }),
		);
	}
	const begin = Date.parse(points[0].from);
	const scale = WIDTH / (Date.parse(points.at(-1).to) - begin);
	const barsOf = (value) =>
		points
			.map((point) => {
				const height = Math.max(value(point) ? 1 : 0, (value(point) / most.totalExecutions) * HEIGHT);
				const width = Math.max(0.5, (Date.parse(point.to) - Date.parse(point.from)) * scale * 0.8);
				return height ? bar((Date.parse(point.from) - begin) * scale, HEIGHT, width, height) : '';
			})
			.join('');
	return svg(
		'svg',
		{
			class: 'spark',
			viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
			role: 'img',
			'aria-label': `Most on ${bucket(most, granularity, zone)}: ${count(most.totalExecutions)}`,
		},
		svg('path', { class: 'spark-all', d: barsOf((point) => point.totalExecutions) }),
		svg('path', { class: 'spark-failed', d: barsOf((point) => point.failedExecutions) }),
	);
}
