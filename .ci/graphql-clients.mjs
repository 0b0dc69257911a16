// Asks a GraphQL server as its clients' own libraries ask with their usual settings: one line for each of them, which is
// "ok" or what went wrong.
// node .ci/graphql-clients.mjs http://localhost:8080/graphql
import { createRequire } from 'node:module';
import { createClient as createSocket } from 'graphql-ws';
import { createClient as createEvents } from 'graphql-sse';
import WebSocket from 'ws';

const url = process.argv[2];
const require = createRequire(import.meta.url);
const TOTAL = '{ dashboard { totalAgents } }';
const WRONG = '{ agents(first: 0) { totalCount } }';

async function apollo(client, persisted) {
	const { ApolloClient, InMemoryCache, HttpLink, ApolloLink, gql: parse } = client;
	const links = [new HttpLink({ uri: url })];
	if (persisted) {
		links.unshift(persisted);
	}
	const asking = new ApolloClient({ link: ApolloLink.from(links), cache: new InMemoryCache() });
	expect((await asking.query({ query: parse(TOTAL) })).data.dashboard.totalAgents);
	const refused = await asking.query({ query: parse(WRONG), errorPolicy: 'all' });
	expectRefusal(refused.errors?.[0] ?? refused.error?.errors?.[0]);
}

function expect(totalAgents) {
	if (typeof totalAgents !== 'number') {
		throw new Error(`answered by ${JSON.stringify(totalAgents)}`);
	}
}

function expectRefusal(error) {
	if (error?.extensions?.kind !== 'BAD_INPUT') {
		throw new Error(`refused by ${JSON.stringify(error)}`);
	}
}

async function first(iterable) {
	for await (const event of iterable) {
		return event;
	}
	throw new Error('no event');
}

async function hash(text) {
	const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
	return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const clients = {
	async 'Apollo 3'() {
		const client = require('apollo-client-3/core');
		await apollo(client);
	},
	async 'Apollo 3 with persisted queries'() {
		const client = require('apollo-client-3/core');
		const { createPersistedQueryLink } = require('apollo-client-3/link/persisted-queries');
		await apollo(client, createPersistedQueryLink({ sha256: hash }));
	},
	async 'Apollo 3 with persisted queries by GET'() {
		const client = require('apollo-client-3/core');
		const { createPersistedQueryLink } = require('apollo-client-3/link/persisted-queries');
		await apollo(client, createPersistedQueryLink({ sha256: hash, useGETForHashedQueries: true }));
	},
	async 'Apollo 4'() {
		const client = await import('@apollo/client');
		await apollo(client);
	},
	async 'Apollo 4 with persisted queries'() {
		const client = await import('@apollo/client');
		const { PersistedQueryLink } = await import('@apollo/client/link/persisted-queries');
		await apollo(client, new PersistedQueryLink({ sha256: hash }));
	},
	async urql() {
		const { Client, cacheExchange, fetchExchange } = await import('@urql/core');
		const client = new Client({ url, exchanges: [cacheExchange, fetchExchange] });
		const answer = await client.query(TOTAL, {}).toPromise();
		if (answer.error) {
			throw answer.error;
		}
		expect(answer.data.dashboard.totalAgents);
		expectRefusal((await client.query(WRONG, {}).toPromise()).error?.graphQLErrors?.[0]);
	},
	async 'urql, subscription'() {
		const { Client, fetchExchange } = await import('@urql/core');
		const client = new Client({ url, exchanges: [fetchExchange], fetchSubscriptions: true });
		const answer = await new Promise((resolve) => {
			const { unsubscribe } = client.subscription(`subscription ${TOTAL}`, {}).subscribe((event) => {
				resolve(event);
				setTimeout(() => unsubscribe());
			});
		});
		if (answer.error) {
			throw answer.error;
		}
		expect(answer.data.dashboard.totalAgents);
	},
	async 'graphql-ws'() {
		// browsers have one of their own
		const client = createSocket({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket });
		expect((await first(client.iterate({ query: `subscription ${TOTAL}` }))).data.dashboard.totalAgents);
		expect((await first(client.iterate({ query: TOTAL }))).data.dashboard.totalAgents);
		await client.dispose();
	},
	async 'graphql-sse'() {
		const client = createEvents({ url });
		expect((await first(client.iterate({ query: `subscription ${TOTAL}` }))).data.dashboard.totalAgents);
		expect((await first(client.iterate({ query: TOTAL }))).data.dashboard.totalAgents);
		client.dispose();
	},
	async 'EventSource (by GET)'() {
		const response = await fetch(`${url}?query=${encodeURIComponent(`subscription ${TOTAL}`)}`, {
			headers: { accept: 'text/event-stream' },
		});
		const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
		const { value } = await reader.read();
		await reader.cancel();
		if (!value.includes('totalAgents')) {
			throw new Error(value);
		}
	},
};

for (const [name, ask] of Object.entries(clients)) {
	const patience = new Promise((resolve) => setTimeout(() => resolve('no answer within 20 seconds'), 20_000));
	console.log(
		`${name}: ${await Promise.race([
			ask().then(
				() => 'ok',
				(error) => error.stack ?? String(error),
			),
			patience,
		])}`,
	);
}
process.exit(0);
