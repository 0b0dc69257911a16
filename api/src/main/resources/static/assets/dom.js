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

/** Text of unknown origin: it keeps its own direction and does not turn the line around it. */
export function foreign(text, attributes) {
	return h('bdi', attributes, text);
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
