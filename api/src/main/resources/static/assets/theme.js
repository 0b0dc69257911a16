// Light or dark: as the system says, until the reader chooses.

const KEY = 'agent-metrics.theme';
const { sheet } = document.querySelector('link[href$="colours.css"]');
/** When the dark colours hold. */
const { media: dark } = [...sheet.cssRules].find((rule) => rule instanceof CSSMediaRule);
const system = matchMedia('(prefers-color-scheme: dark)');
const listeners = [];

apply(localStorage.getItem(KEY));
system.addEventListener('change', notify);

/** Whether the page is dark now. */
export function isDark() {
	return matchMedia(dark.mediaText).matches;
}

/** Changes to the other one, and remembers it. */
export function toggle() {
	const next = isDark() ? 'light' : 'dark';
	localStorage.setItem(KEY, next);
	apply(next);
	notify();
}

/** Calls back when colours have changed: what is drawn on a canvas has to be drawn again. */
export function onTheme(listener) {
	listeners.push(listener);
}

/** A colour of the theme by the name of its CSS variable. */
export function colour(name) {
	return getComputedStyle(document.documentElement)
		.getPropertyValue('--' + name)
		.trim();
}

function apply(theme) {
	if (theme === 'light' || theme === 'dark') {
		dark.mediaText = theme === 'dark' ? 'all' : 'not all';
	}
}

function notify() {
	listeners.forEach((listener) => listener());
}
