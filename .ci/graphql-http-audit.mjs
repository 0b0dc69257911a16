// Audits a GraphQL server against the specification of GraphQL over HTTP: one line for each MUST and SHOULD that it
// misses, and how many rules it keeps. What it MAY do and does not (such as GET) is only counted.
// node .ci/graphql-http-audit.mjs http://localhost:8080/graphql
import { auditServer } from 'graphql-http';

const results = await auditServer({ url: process.argv[2] });
const kept = results.filter((result) => result.status === 'ok');
const optional = results.filter((result) => result.status === 'notice');
for (const result of results) {
	if (!kept.includes(result) && !optional.includes(result)) {
		console.log(`${result.id} ${result.name}: ${result.reason}`);
	}
}
console.log(`${kept.length} of ${results.length} rules kept, ${optional.length} optional ones not`);
