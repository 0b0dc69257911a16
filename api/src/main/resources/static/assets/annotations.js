// What happened beside the executions, such as deployments, incidents and new releases: marks above a chart and lines
// in it, and a list below.

import { Problem } from './api.js';
import { foreign, h, put, redraw } from './dom.js';
import { dateTime, duration } from './format.js';
import { colour } from './theme.js';

const KINDS = {
	DEPLOYMENT: { word: 'Deployment', sign: '▲' },
	INCIDENT: { word: 'Incident', sign: '!' },
	NOTE: { word: 'Note', sign: '•' },
	RELEASE: { word: 'Release', sign: '◆' },
};

/** How wide a mark is with the gap beside it; what is nearer shares one. */
const MARK_PX = 20;
const MOST_TOLD = 5;

/** How many places the last marks had: those drawn anew have as many, so that the reader's focus finds its mark again. */
let lastPlaces = 40;

/** The annotations of an answer; none where they could not be answered, which the panel says below its chart. */
export function annotationsOf(read) {
	try {
		return read() ?? [];
	} catch (failure) {
		if (failure instanceof Problem) {
			return [];
		}
		throw failure;
	}
}

/**
 * Marks along the time axis of a chart, as many as fit side by side.
 * @param from the first moment of the axis, in seconds, as is to, the one after its last
 * @returns null if there are none
 */
export function marksOf(annotations, { from, to, zone }) {
	if (!annotations.length) {
		return null;
	}
	const element = h('ul', { class: 'events', 'aria-label': 'What happened' });
	let drawn = lastPlaces;
	new ResizeObserver(() => {
		const places = Math.floor(element.clientWidth / MARK_PX);
		if (places > 0 && places !== drawn) {
			drawn = lastPlaces = places;
			redraw(element, () => put(element, marksAt(places)));
		}
	}).observe(element);

	function marksAt(places) {
		const shared = Map.groupBy(annotations.toReversed(), (annotation) =>
			Math.round(places * shareOf(annotation.from, from, to)),
		);
		return [...shared].map(([place, there]) => {
			const item = h('li', null, markOf(there, zone));
			item.style.left = (100 * place) / places + '%';
			return item;
		});
	}

	return put(element, marksAt(drawn));
}

/** One mark for what happened at about the same time, the earliest first. */
function markOf(there, zone) {
	const worst = there.find(({ kind }) => kind === 'INCIDENT') ?? there[0];
	const told = there.slice(0, MOST_TOLD).map((annotation) => sentenceOf(annotation, zone));
	const more = there.length - told.length;
	return h(
		'span',
		{
			class: 'event event-' + worst.kind.toLowerCase(),
			tabindex: '0',
			role: 'img',
			'aria-label': told.concat(more > 0 ? `and ${more} more` : []).join('; '),
			'data-tip': told.concat(more > 0 ? `and ${more} more` : []).join('\n'),
			'data-lines': true,
		},
		there.length > 1 ? String(there.length) : KINDS[worst.kind].sign,
	);
}

/** Lines through a chart, and the time that lasted as ground. */
export function drawLines(plot, annotations, { from, to }) {
	const { ctx, bbox } = plot;
	ctx.save();
	ctx.lineWidth = devicePixelRatio;
	ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
	for (const annotation of annotations) {
		const left = bbox.left + bbox.width * shareOf(annotation.from, from, to);
		if (annotation.to) {
			ctx.fillStyle = colour('unsure');
			ctx.fillRect(left, bbox.top, bbox.left + bbox.width * shareOf(annotation.to, from, to) - left, bbox.height);
		}
		ctx.strokeStyle = colour(annotation.kind === 'INCIDENT' ? 'bad' : 'ink-soft');
		ctx.beginPath();
		ctx.moveTo(left, bbox.top);
		ctx.lineTo(left, bbox.top + bbox.height);
		ctx.stroke();
	}
	ctx.restore();
}

/** All of them in words, folded away; with links where there are some. */
export function annotationList(annotations, zone) {
	return (
		annotations.length > 0 &&
		h(
			'details',
			{ class: 'numbers happened' },
			h('summary', null, `What happened (${annotations.length})`),
			h(
				'ul',
				null,
				annotations.map((annotation) =>
					h(
						'li',
						null,
						h('span', { class: 'soft' }, `${timeOf(annotation, zone)} ${KINDS[annotation.kind].word}: `),
						annotation.link
							? h(
									'a',
									{ href: annotation.link, target: '_blank', rel: 'noopener noreferrer' },
									foreign(annotation.text),
								)
							: foreign(annotation.text),
						annotation.environment && [' in ', foreign(annotation.environment)],
					),
				),
			),
		)
	);
}

/** On one line, whatever the text holds: each line of a tip is an annotation. */
function sentenceOf(annotation, zone) {
	return `${timeOf(annotation, zone)} ${KINDS[annotation.kind].word}: ${annotation.text.replace(/\s+/g, ' ')}`;
}

function timeOf({ from, to }, zone) {
	return dateTime(from, zone) + (to ? `, for ${duration(Date.parse(to) - Date.parse(from))}` : '');
}

/** Where a moment lies between the first of an axis and its last: from 0 to 1. */
function shareOf(moment, from, to) {
	return Math.max(0, Math.min(1, (Date.parse(moment) / 1000 - from) / (to - from)));
}
