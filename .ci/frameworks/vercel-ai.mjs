// Vercel's AI SDK with @ai-sdk/otel
import { createOpenAI } from '@ai-sdk/openai';
import { OpenTelemetry } from '@ai-sdk/otel';
import { generateText, isStepCount, registerTelemetry, tool } from 'ai';
import { z } from 'zod';
import { forecast, modelUrl, run } from './scenarios.mjs';
import { telemetry } from './telemetry.mjs';

registerTelemetry(new OpenTelemetry());
const openai = createOpenAI({ baseURL: `${modelUrl}/v1`, apiKey: 'any' });

async function agent(functionId, tools = {}, model = 'scripted') {
	const { text } = await generateText({
		model: openai(model),
		prompt: 'How is everything?',
		tools,
		stopWhen: isStepCount(5),
		maxRetries: 0,
		telemetry: { functionId },
	});
	return text;
}

const inputSchema = z.object({ question: z.string() });

await run({
	greeter: () => agent('greeter'),
	forecaster: () => agent('forecaster', { forecast: tool({ inputSchema, execute: forecast }) }),
	unlucky: () => agent('unlucky', {}, 'broken'),
	coordinator: () => agent('coordinator', { specialist: tool({ inputSchema, execute: () => agent('specialist') }) }),
});
await telemetry.shutdown();
