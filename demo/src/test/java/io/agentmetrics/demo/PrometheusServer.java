package io.agentmetrics.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.opentest4j.TestAbortedException;
import tools.jackson.databind.JsonNode;

/**
 * The Prometheus that is installed on this machine, as a process that scrapes what a test
 * has started.
 */
final class PrometheusServer implements AutoCloseable {

	private final Process process;

	private final URI address;

	private final HttpClient client = HttpClient.newHttpClient();

	private PrometheusServer(Process process, URI address) {
		this.process = process;
		this.address = address;
	}

	/**
	 * Aborts the test, so that it shows up as skipped, where a program is missing.
	 * @param programs of Debian's package prometheus
	 */
	static void requireInstalled(String... programs) {
		for (String program : programs) {
			boolean installed = List.of(System.getenv().getOrDefault("PATH", "").split(":"))
				.stream()
				.anyMatch((folder) -> Files.isExecutable(Path.of(folder, program)));
			if (!installed) {
				throw new TestAbortedException(
						"`" + program + "` is not installed: it comes with Debian's package prometheus");
			}
		}
	}

	/**
	 * Starts it.
	 * @param folder for its configuration and data
	 * @param targets host and port of what to scrape five times a second, by job
	 * @return the running server
	 */
	static PrometheusServer start(Path folder, Map<String, List<String>> targets) throws IOException {
		String jobs = targets.entrySet()
			.stream()
			.map((job) -> """
					  - job_name: %s
					    metrics_path: /actuator/prometheus
					    static_configs:
					      - targets: [%s]
					""".formatted(job.getKey(),
					job.getValue().stream().collect(Collectors.joining("\", \"", "\"", "\""))))
			.collect(Collectors.joining());
		Path configuration = Files.writeString(folder.resolve("prometheus.yml"),
				"global:\n  scrape_interval: 200ms\n  scrape_timeout: 200ms\nscrape_configs:\n" + jobs);
		int port = Ports.free();
		Process process = new ProcessBuilder("prometheus", "--config.file=" + configuration,
				"--storage.tsdb.path=" + folder.resolve("data"), "--web.listen-address=127.0.0.1:" + port)
			.redirectErrorStream(true)
			.redirectOutput(folder.resolve("prometheus.log").toFile())
			.start();
		return new PrometheusServer(process, URI.create("http://localhost:" + port));
	}

	/**
	 * Runs what operators run to find fault with metrics.
	 * @param metrics what a program serves
	 * @return what promtool has to say
	 */
	static String check(String metrics) throws IOException, InterruptedException {
		Process promtool = new ProcessBuilder("promtool", "check", "metrics").redirectErrorStream(true).start();
		try (var input = promtool.outputWriter(StandardCharsets.UTF_8)) {
			input.write(metrics);
		}
		String findings = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		promtool.waitFor();
		return findings;
	}

	/**
	 * Evaluates an expression now.
	 * @param expression in PromQL, with a vector as its value
	 * @return the values by their labels; none while Prometheus is not ready
	 */
	Map<String, Double> query(String expression) {
		Map<String, Double> values = new TreeMap<>();
		for (JsonNode series : results(expression)) {
			// Prometheus writes +Inf where Java reads Infinity
			values.put(labels(series),
					Double.valueOf(series.path("value").path(1).asString().replace("Inf", "Infinity")));
		}
		return values;
	}

	/**
	 * Returns when an expression had a value.
	 * @param rangeVector in PromQL
	 * @return seconds since 1970 of each sample, oldest first
	 */
	List<Double> times(String rangeVector) {
		List<Double> times = new ArrayList<>();
		for (JsonNode series : results(rangeVector)) {
			series.path("values").forEach((sample) -> times.add(sample.path(0).asDouble()));
		}
		return times;
	}

	private JsonNode results(String expression) {
		URI uri = this.address.resolve("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
		try {
			HttpResponse<String> answer = this.client.send(HttpRequest.newBuilder(uri).build(),
					HttpResponse.BodyHandlers.ofString());
			return GraphQlClient.parse((answer.statusCode() == 200) ? answer.body() : "{}").path("data").path("result");
		}
		catch (IOException ex) {
			return GraphQlClient.parse("[]");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new UncheckedIOException(new IOException(ex));
		}
	}

	private static String labels(JsonNode series) {
		return series.path("metric")
			.propertyStream()
			.filter((label) -> !label.getKey().equals("__name__"))
			.sorted(Map.Entry.comparingByKey())
			.map((label) -> label.getValue().asString())
			.collect(Collectors.joining(" "));
	}

	@Override
	public void close() {
		this.client.close();
		StartedProcesses.stop(List.of(this.process.toHandle()));
	}

}
