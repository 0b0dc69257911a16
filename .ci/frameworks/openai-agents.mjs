// OpenAI's Agents SDK with OpenInference's instrumentation
import { OpenAIAgentsInstrumentation } from '@arizeai/openinference-instrumentation-openai-agents';
import * as agents from '@openai/agents';
import OpenAI from 'openai';
import { z } from 'zod';
import { forecast, modelUrl, run } from './scenarios.mjs';
import { telemetry } from './telemetry.mjs';

new OpenAIAgentsInstrumentation().manuallyInstrument(agents);
agents.setDefaultOpenAIClient(new OpenAI({ baseURL: `${modelUrl}/v1`, apiKey: 'any', maxRetries: 0 }));

function agent(name, tools = [], model = 'scripted') {
	return new agents.Agent({ name, instructions: 'Be brief.', model, tools });
}

async function ask(asked) {
	return (await agents.run(asked, 'How is everything?')).finalOutput;
}

const forecastTool = agents.tool({
	name: 'forecast',
	description: 'Tells the weather',
	parameters: z.object({ question: z.string() }),
	execute: forecast,
});
const specialistTool = agent('specialist').asTool({ toolName: 'specialist', toolDescription: 'Knows more' });

await run({
	greeter: () => ask(agent('greeter')),
	forecaster: () => ask(agent('forecaster', [forecastTool])),
	unlucky: () => ask(agent('unlucky', [], 'broken')),
	coordinator: () => ask(agent('coordinator', [specialistTool])),
});
await telemetry.shutdown();
