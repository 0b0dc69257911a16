// Google's ADK with its own set-up of OpenTelemetry
import { AgentTool, FunctionTool, Gemini, InMemoryRunner, LlmAgent, maybeSetOtelProviders } from '@google/adk';
import { trace } from '@opentelemetry/api';
import { detectResources, envDetector } from '@opentelemetry/resources';
import { z } from 'zod';
import { forecast, run } from './scenarios.mjs';

// by itself it does not read the name of the service
maybeSetOtelProviders([], detectResources({ detectors: [envDetector] }));

function agent(name, tools = [], model = 'scripted') {
	return new LlmAgent({ name, model: new Gemini({ model, apiKey: 'any' }), tools });
}

async function ask(asked) {
	const runner = new InMemoryRunner({ agent: asked, appName: 'frameworks' });
	const session = await runner.sessionService.createSession({ appName: 'frameworks', userId: 'ada' });
	let answer;
	for await (const event of runner.runAsync({
		userId: 'ada',
		sessionId: session.id,
		newMessage: { role: 'user', parts: [{ text: 'How is everything?' }] },
	})) {
		if (event.errorMessage) {
			throw new Error(event.errorMessage);
		}
		answer = event.content?.parts?.at(-1)?.text ?? answer;
	}
	return answer;
}

const forecastTool = new FunctionTool({
	name: 'forecast',
	description: 'Tells the weather',
	parameters: z.object({ question: z.string() }),
	execute: forecast,
});

await run({
	greeter: () => ask(agent('greeter')),
	forecaster: () => ask(agent('forecaster', [forecastTool])),
	unlucky: () => ask(agent('unlucky', [], 'broken')),
	coordinator: () => ask(agent('coordinator', [new AgentTool({ agent: agent('specialist') })])),
});
await trace.getTracerProvider().getDelegate().shutdown();
