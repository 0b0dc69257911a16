import java.util.List;
import java.util.Map;

import com.google.adk.agents.LlmAgent;
import com.google.adk.models.Gemini;
import com.google.adk.runner.InMemoryRunner;
import com.google.adk.sessions.Session;
import com.google.adk.tools.AgentTool;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.FunctionTool;
import com.google.genai.Client;
import com.google.genai.types.Content;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.Part;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;

/**
 * Google's ADK for Java, with OpenTelemetry as docs/your-own-data.md sets it up.
 */
public final class GoogleAdk {

	/** One that fails at once instead of trying again. */
	private static final Client CLIENT = Client.builder()
		.apiKey("any")
		.httpOptions(HttpOptions.builder().retryOptions(HttpRetryOptions.builder().attempts(1).build()).build())
		.build();

	private GoogleAdk() {
	}

	public static void main(String[] arguments) {
		try (OpenTelemetrySdk telemetry = AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk()) {
			System.out.println("greeter: " + ask(agent("greeter", "scripted")));
			System.out.println("forecaster: "
					+ ask(agent("forecaster", "scripted", FunctionTool.create(GoogleAdk.class, "forecast"))));
			System.out.println("unlucky: " + failure(agent("unlucky", "broken")));
			System.out.println("coordinator: "
					+ ask(agent("coordinator", "scripted", AgentTool.create(agent("specialist", "scripted")))));
		}
		// threads of the model's client go on
		System.exit(0);
	}

	private static LlmAgent agent(String name, String model, BaseTool... tools) {
		return LlmAgent.builder()
			.name(name)
			.description("Is the " + name)
			.model(new Gemini(model, CLIENT))
			.tools(List.of(tools))
			.build();
	}

	private static String ask(LlmAgent agent) {
		InMemoryRunner runner = new InMemoryRunner(agent);
		Session session = runner.sessionService().createSession(runner.appName(), "ada").blockingGet();
		return runner.runAsync("ada", session.id(), Content.fromParts(Part.fromText("How is everything?")))
			.blockingLast()
			.stringifyContent();
	}

	private static Throwable failure(LlmAgent agent) {
		try {
			ask(agent);
		}
		catch (RuntimeException ex) {
			return ex.getCause();
		}
		throw new IllegalStateException("The run whose model is broken did not fail");
	}

	/** A tool that fails. */
	public static Map<String, Object> forecast(String question) {
		throw new IllegalStateException("There is no weather today");
	}

}
