// Audits a GraphQL server against the specification of GraphQL over HTTP: one line for each rule that it misses.
// node .ci/graphql-http-audit.mjs http://localhost:8080/graphql
import { auditServer } from 'graphql-http';

const results = await auditServer({ url: process.argv[2] });
for (const result of results) {
	if (result.status !== 'ok') {
		console.log(`${result.id} ${result.name}: ${result.reason}`);
	}
}
console.log(`${results.filter((result) => result.status === 'ok').length} of ${results.length} rules kept`);
