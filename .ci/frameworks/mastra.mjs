// Mastra with its exporter of OpenTelemetry
import { createOpenAI } from '@ai-sdk/openai';
import { Mastra } from '@mastra/core';
import { Agent } from '@mastra/core/agent';
import { createTool } from '@mastra/core/tools';
import { Observability } from '@mastra/observability';
import { OtelExporter } from '@mastra/otel-exporter';
import { z } from 'zod';
import { forecast, modelUrl, run } from './scenarios.mjs';

const openai = createOpenAI({ baseURL: `${modelUrl}/v1`, apiKey: 'any' });
const exporter = new OtelExporter({
	provider: { custom: { endpoint: process.env.OTEL_EXPORTER_OTLP_ENDPOINT, protocol: 'http/protobuf' } },
});

function agent(name, more = {}, model = 'scripted') {
	return new Agent({
		id: name,
		name,
		description: `Is the ${name}`,
		instructions: 'Be brief.',
		model: openai(model),
		maxRetries: 0,
		...more,
	});
}

const forecastTool = createTool({
	id: 'forecast',
	description: 'Tells the weather',
	inputSchema: z.object({ question: z.string() }),
	execute: async () => forecast(),
});

const mastra = new Mastra({
	agents: {
		greeter: agent('greeter'),
		forecaster: agent('forecaster', { tools: { forecast: forecastTool } }),
		unlucky: agent('unlucky', {}, 'broken'),
		coordinator: agent('coordinator', { agents: { specialist: agent('specialist') } }),
	},
	observability: new Observability({
		configs: { otel: { serviceName: process.env.OTEL_SERVICE_NAME, exporters: [exporter] } },
	}),
	logger: false,
});

async function ask(name) {
	const { text, error } = await mastra.getAgent(name).generate('How is everything?', { maxSteps: 5 });
	if (error) {
		throw error;
	}
	return text;
}

await run({
	greeter: () => ask('greeter'),
	forecaster: () => ask('forecaster'),
	unlucky: () => ask('unlucky'),
	coordinator: () => ask('coordinator'),
});
await exporter.shutdown();
