// Agents of LangChain, which are graphs of LangGraph, with OpenInference's instrumentation
import { LangChainInstrumentation } from '@arizeai/openinference-instrumentation-langchain';
import * as callbacks from '@langchain/core/callbacks/manager';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { createAgent } from 'langchain';
import { z } from 'zod';
import { forecast, modelUrl, run } from './scenarios.mjs';
import { telemetry } from './telemetry.mjs';

new LangChainInstrumentation().manuallyInstrument(callbacks);

function agent(name, tools = [], model = 'scripted') {
	const llm = new ChatOpenAI({
		model,
		apiKey: 'any',
		maxRetries: 0,
		configuration: { baseURL: `${modelUrl}/v1` },
	});
	return createAgent({ model: llm, tools, name });
}

async function ask(asked) {
	const { messages } = await asked.invoke({ messages: [{ role: 'user', content: 'How is everything?' }] });
	return messages.at(-1).content;
}

const schema = z.object({ question: z.string() });
const forecastTool = tool(forecast, { name: 'forecast', description: 'Tells the weather', schema });
const specialistTool = tool(() => ask(agent('specialist')), {
	name: 'specialist',
	description: 'Knows more',
	schema,
});

await run({
	greeter: () => ask(agent('greeter')),
	forecaster: () => ask(agent('forecaster', [forecastTool])),
	unlucky: () => ask(agent('unlucky', [], 'broken')),
	coordinator: () => ask(agent('coordinator', [specialistTool])),
});
await telemetry.shutdown();
