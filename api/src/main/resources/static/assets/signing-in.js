// Asks for a bearer token; it is kept in memory, so that closing or reloading the page forgets it.

import { hasToken, useToken } from './api.js';
import { h } from './dom.js';

/** A form for the token, with the reason why it is needed. */
export function signIn(problem, done) {
	const input = h('input', {
		type: 'password',
		id: 'token',
		autocomplete: 'off',
		spellcheck: 'false',
		required: true,
		'aria-describedby': 'token-hint',
	});
	return h(
		'form',
		{
			class: 'sign-in',
			submit: (event) => {
				event.preventDefault();
				useToken(input.value.trim().replace(/^Bearer\s+/i, ''));
				input.value = '';
				done();
			},
		},
		h('h2', null, problem.kind === 'FORBIDDEN' ? 'Not allowed' : 'Sign in'),
		h('p', null, problem.message),
		h('label', { for: 'token' }, 'Bearer token'),
		h('div', { class: 'row' }, input, h('button', { class: 'button primary' }, 'Use this token')),
		h(
			'p',
			{ class: 'soft', id: 'token-hint' },
			'It is sent with every query and kept in memory only: reloading the page forgets it.',
		),
	);
}

/** A button that forgets the token; not there where none is used. */
export function signOutButton(done) {
	return hasToken()
		? h(
				'button',
				{
					type: 'button',
					class: 'quiet',
					click: () => {
						useToken(null);
						done();
					},
				},
				'Forget token',
			)
		: null;
}
