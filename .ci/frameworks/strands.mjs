// Strands with its own set-up of OpenTelemetry
import { Agent, tool } from '@strands-agents/sdk';
import { GoogleModel } from '@strands-agents/sdk/models/google';
import { setupTracer } from '@strands-agents/sdk/telemetry';
import { z } from 'zod';
import { forecast, modelUrl, run } from './scenarios.mjs';

const telemetry = setupTracer({ exporters: { otlp: true } });

function agent(name, tools = [], modelId = 'scripted') {
	const model = new GoogleModel({ modelId, apiKey: 'any', clientConfig: { httpOptions: { baseUrl: modelUrl } } });
	return new Agent({ name, model, tools, printer: false, retryStrategy: null });
}

async function ask(asked) {
	return (await asked.invoke('How is everything?')).toString();
}

const forecastTool = tool({
	name: 'forecast',
	description: 'Tells the weather',
	inputSchema: z.object({ question: z.string() }),
	callback: forecast,
});

await run({
	greeter: () => ask(agent('greeter')),
	forecaster: () => ask(agent('forecaster', [forecastTool])),
	unlucky: () => ask(agent('unlucky', [], 'broken')),
	coordinator: () => ask(agent('coordinator', [agent('specialist').asTool()])),
});
await telemetry.shutdown();
