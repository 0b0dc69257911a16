// What is shown, as an address that can be shared: #/?window=7d or #/agents/<id>?window=7d.

/** What each parameter may be; the first is the default and is left out of the address. */
const CHOICES = {
	window: ['7d', '24h', '30d', '90d', 'custom'],
	type: ['hybrid', 'realtime', 'aggregated'],
	compare: ['off', 'on'],
	zone: ['days', 'browser'],
	rows: ['25', '100', 'all'],
	health: ['any', 'alert', 'warn', 'ok', 'too_few', 'no_data'],
	status: ['any', 'unsuccessful', 'completed', 'failed', 'timeout', 'cancelled', 'running', 'pending'],
};

const TEXTS = {
	from: '',
	to: '',
	search: '',
	sort: 'health',
	page: '1',
	after: '',
	since: '',
	until: '',
	release: '',
	environment: '',
	baseline: '',
	candidate: '',
};

/** The window stands first: others depend on it. */
const NAMES = [...Object.keys(CHOICES), ...Object.keys(TEXTS)];

/** What only an agent's view has: the view of all agents takes no notice of it. */
const OF_AGENT = ['status', 'since', 'until', 'release', 'baseline', 'candidate'];

const listeners = [];

let current = parse(location.hash);

addEventListener('hashchange', () => {
	const next = parse(location.hash);
	if (format(next) !== format(current)) {
		current = next;
		notify();
	}
});

/** What is shown now. */
export function shown() {
	return current;
}

/** Calls back whenever something else is to be shown. */
export function onChange(listener) {
	listeners.push(listener);
}

/** Shows something else; small steps, such as a letter of a search, make no entry of their own in the history. */
export function show(change, { small = false } = {}) {
	const next = { ...current, ...change };
	if (format(next) === format(current)) {
		return;
	}
	current = next;
	history[small ? 'replaceState' : 'pushState'](null, '', format(next));
	notify();
}

/** The address of the overview, or of an agent, with the controls as they are. */
export function addressOf(agent, change = {}) {
	return format({
		...current,
		agent,
		page: '1',
		after: '',
		...Object.fromEntries(OF_AGENT.map((name) => [name, usual(name)])),
		...change,
	});
}

/** What is shown now, as its address. */
export function here() {
	return format(current);
}

function notify() {
	listeners.forEach((listener) => listener(current));
}

function parse(hash) {
	const [path, parameters] = hash.replace(/^#/, '').split('?');
	const given = new URLSearchParams(parameters);
	const agent = path.match(/^\/agents\/([^/]+)$/)?.[1];
	const state = { agent: agent ? decode(agent) : null };
	for (const name of NAMES) {
		const value = isOf(state, name) ? given.get(name) : null;
		state[name] = value === null || CHOICES[name]?.includes(value) === false ? usual(name) : value;
	}
	return state;
}

function format(state) {
	const parameters = new URLSearchParams();
	for (const name of NAMES) {
		if (state[name] !== usual(name) && isOf(state, name)) {
			parameters.set(name, state[name]);
		}
	}
	const path = state.agent ? '#/agents/' + encodeURIComponent(state.agent) : '#/';
	return parameters.size ? path + '?' + parameters : path;
}

function usual(name) {
	return CHOICES[name]?.[0] ?? TEXTS[name];
}

/** Whether a parameter says something where these others are. */
function isOf({ agent, window }, name) {
	return name === 'from' || name === 'to' ? window === 'custom' : agent !== null || !OF_AGENT.includes(name);
}

function decode(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
