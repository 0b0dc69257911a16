// Light or dark: as the system says, until the reader chooses.

const KEY = 'agent-metrics.theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const listeners = [];

apply(localStorage.getItem(KEY));
system.addEventListener('change', notify);

/** Whether the page is dark now. */
export function isDark() {
	const chosen = document.documentElement.dataset.theme;
	return chosen ? chosen === 'dark' : system.matches;
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
		document.documentElement.dataset.theme = theme;
	}
}

function notify() {
	listeners.forEach((listener) => listener());
}
