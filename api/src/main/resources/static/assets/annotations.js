// What happened beside the executions, such as deployments, incidents and new releases: marks above a chart and lines
// in it, and a list below.

import { Problem } from './api.js';
import { foreign, h, put, redraw } from './dom.js';
import { dateTime, duration } from './format.js';
import { MOST_ANNOTATIONS } from './queries.js';
import { now } from './server-clock.js';
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

/** How many places the last marks had: those drawn anew have as many, so that focus finds its mark again. */
let lastPlaces = 40;

/** How long an incident without an end goes on, as the API has it. */
const LONGEST_MS = 31 * 86_400_000;

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
 * Those that begin or go on within a time axis, which may be shorter than the window that was asked for.
 * @param from the first moment of the axis, in seconds, as is to, the one after its last
 */
export function within(annotations, { from, to }) {
	return annotations.filter(
		(annotation) => startOf(annotation) < to && (startOf(annotation) >= from || endOf(annotation) > from),
	);
}

/**
 * Marks along the time axis of a chart, as many as fit side by side.
 * @param annotations those within the axis
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
			Math.round(places * shareOf(startOf(annotation), from, to)),
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

/**
 * Lines through a chart where something began, and the time that lasted as ground.
 * @param annotations those within the axis
 */
export function drawLines(plot, annotations, { from, to }) {
	const { ctx, bbox } = plot;
	const at = (second) => bbox.left + bbox.width * shareOf(second, from, to);
	ctx.save();
	ctx.lineWidth = devicePixelRatio;
	ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
	for (const annotation of annotations) {
		const left = at(startOf(annotation));
		ctx.fillStyle = colour('unsure');
		ctx.fillRect(left, bbox.top, at(endOf(annotation)) - left, bbox.height);
		if (startOf(annotation) >= from) {
			ctx.strokeStyle = colour(annotation.kind === 'INCIDENT' ? 'bad' : 'ink-soft');
			ctx.beginPath();
			ctx.moveTo(left, bbox.top);
			ctx.lineTo(left, bbox.top + bbox.height);
			ctx.stroke();
		}
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
			h('summary', null, `What happened (${howMany(annotations)})`),
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

/** As many as were asked for need not be all. */
function howMany({ length }) {
	return length < MOST_ANNOTATIONS ? String(length) : `the newest ${MOST_ANNOTATIONS}`;
}

/** On one line, whatever the text holds: each line of a tip is an annotation. */
function sentenceOf(annotation, zone) {
	return `${timeOf(annotation, zone)} ${KINDS[annotation.kind].word}: ${annotation.text.replace(/\s+/g, ' ')}`;
}

function timeOf(annotation, zone) {
	const lasted = Math.round(1_000 * (endOf(annotation) - startOf(annotation)));
	return dateTime(annotation.from, zone) + (lasted > 0 ? `, ${howLong(annotation, lasted)}` : '');
}

function howLong(annotation, lasted) {
	if (annotation.to) {
		return `for ${duration(lasted)}`;
	}
	return 1_000 * endOf(annotation) > now() ? 'goes on' : 'its end is not known';
}

/** In seconds, as an axis has it. */
function startOf({ from }) {
	return Date.parse(from) / 1_000;
}

/** When it was over: of an incident that goes on at the latest, of what took no time when it happened. */
function endOf({ kind, from, to }) {
	return Date.parse(to ?? from) / 1_000 + (to === null && kind === 'INCIDENT' ? LONGEST_MS / 1_000 : 0);
}

/** Where a second lies between the first of an axis and its last: from 0 to 1. */
function shareOf(second, from, to) {
	return Math.max(0, Math.min(1, (second - from) / (to - from)));
}
