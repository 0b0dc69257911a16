// Builds elements. Text, attributes and listeners go in; markup never does, so whatever data holds stays text.

const SVG = 'http://www.w3.org/2000/svg';

/** An HTML element: attributes that are functions listen, those that are null or false are left out. */
export function h(tag, attributes, ...children) {
	return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes, ...children) {
	return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** A bar as part of a path: its left end, its foot, and how wide and high it is. */
export function bar(left, foot, width, height) {
	return `M${left.toFixed(2)} ${foot}v${(-height).toFixed(2)}h${width.toFixed(2)}V${foot}z`;
}

/** Neither marks nor room: format and control characters, spaces, fillers, and marks that have nothing to stand on. */
const INVISIBLE = /[\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const MOST_NAMED = 8;

/** Text of unknown origin: it keeps its own direction and does not turn the line around it; invisible characters that
 * stand alone are named. */
export function foreign(text, attributes) {
	return text.replace(INVISIBLE, '')
		? h('bdi', attributes, text)
		: h('bdi', { ...attributes, class: 'invisible' }, visible(text));
}

/** A text that can be seen: its own, or the names of its characters. */
export function visible(text) {
	if (text.replace(INVISIBLE, '')) {
		return text;
	}
	const characters = [...text];
	const named = characters
		.slice(0, MOST_NAMED)
		.map((character) => 'U+' + character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0'))
		.join(' ');
	return characters.length ? `invisible: ${named}${characters.length > MOST_NAMED ? ' …' : ''}` : 'empty';
}

/** Replaces what an element holds. */
export function put(element, ...children) {
	element.replaceChildren(...children.flat(Infinity).filter(isThere));
	return element;
}

/** Draws anew what an element holds, and leaves the reader where they were: focus and what is unfolded stay. */
export function redraw(element, draw) {
	const focused = element.contains(document.activeElement) ? document.activeElement : null;
	const link = focused?.getAttribute('href');
	const place = focused ? stops(element).indexOf(focused) : -1;
	const unfolded = [...element.querySelectorAll('details')].map((details) => details.open);
	draw();
	element.querySelectorAll('details').forEach((details, index) => {
		details.open = unfolded[index] ?? false;
	});
	if (focused && !focused.isConnected) {
		const now = stops(element);
		(now.find((stop) => link && stop.getAttribute('href') === link) ?? now[place])?.focus({ preventScroll: true });
	}
}

function stops(element) {
	return [...element.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')];
}

function fill(element, attributes, children) {
	for (const [name, value] of Object.entries(attributes ?? {})) {
		if (typeof value === 'function') {
			element.addEventListener(name, value);
		} else if (value === true) {
			element.setAttribute(name, '');
		} else if (isThere(value)) {
			element.setAttribute(name, value);
		}
	}
	element.append(...children.flat(Infinity).filter(isThere));
	return element;
}

function isThere(value) {
	return value !== null && value !== undefined && value !== false;
}
