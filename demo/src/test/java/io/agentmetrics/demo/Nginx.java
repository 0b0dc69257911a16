package io.agentmetrics.demo;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.opentest4j.TestAbortedException;

/**
 * The nginx that is installed on this machine in front of an API, set up with the lines
 * of the runbook: it ends TLS, on a port of its own.
 */
final class Nginx implements AutoCloseable {

	static final String PREFIX = "/agent-metrics/";

	private static final List<Path> PROGRAMS = List.of(Path.of("/usr/sbin/nginx"), Path.of("/usr/bin/nginx"));

	private static final Pattern DOCUMENTED = Pattern.compile("(?s)```nginx\\n(.*?)```");

	private final Process process;

	private final int port;

	private Nginx(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Starts it, or skips the test where it is not installed.
	 * @param folder for its configuration and temporary files
	 * @param certificates what it shows to clients
	 * @param api what it is in front of, at its root and under {@value #PREFIX}
	 */
	static Nginx start(Path folder, Certificates certificates, URI api) throws IOException, InterruptedException {
		Path program = PROGRAMS.stream()
			.filter(Files::isExecutable)
			.findFirst()
			.orElseThrow(
					() -> new TestAbortedException("nginx is not installed: it comes with Debian's package nginx"));
		int port = Ports.free();
		Path configuration = Files.writeString(folder.resolve("nginx.conf"),
				configuration(folder, certificates, documented(port, api)));
		Path log = folder.resolve("nginx.log");
		Process process = new ProcessBuilder(program.toString(), "-c", configuration.toString(), "-e", log.toString())
			.redirectErrorStream(true)
			.redirectOutput(folder.resolve("nginx.out").toFile())
			.start();
		RunningDemo.await(() -> !process.isAlive() || listens(port), Duration.ofSeconds(10));
		if (!process.isAlive()) {
			throw new IllegalStateException("nginx does not start: " + Files.readString(log));
		}
		return new Nginx(process, port);
	}

	/** The documented server, and once more its location for the root. */
	private static String documented(int port, URI api) throws IOException {
		String runbook = Files.readString(Tool.PROJECT.resolve("docs/operations.md"));
		String lines = DOCUMENTED.matcher(runbook).results().map((found) -> found.group(1)).findFirst().orElseThrow();
		String location = Pattern.compile("(?s)\\n    location .*?\\n    }\\n")
			.matcher(lines)
			.results()
			.map(MatchResult::group)
			.findFirst()
			.orElseThrow();
		return lines.replace(location, location + location.replace(PREFIX, "/"))
			.replace("listen 8443 ssl", "listen 127.0.0.1:" + port + " ssl")
			.replace("http://agent-metrics-api:8080", api.toString());
	}

	private static String configuration(Path folder, Certificates certificates, String servers) {
		return """
				daemon off;
				pid %1$s/nginx.pid;
				events {}
				http {
				access_log off;
				client_body_temp_path %1$s/body;
				proxy_temp_path %1$s/proxy;
				fastcgi_temp_path %1$s/fastcgi;
				uwsgi_temp_path %1$s/uwsgi;
				scgi_temp_path %1$s/scgi;
				ssl_certificate %2$s;
				ssl_certificate_key %3$s;
				%4$s}
				""".formatted(folder, certificates.file("server.crt"), certificates.file("server.key"), servers);
	}

	private static boolean listens(int port) {
		try (Socket _ = new Socket("127.0.0.1", port)) {
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** As browsers name it. */
	URI address(String path) {
		return URI.create("https://localhost:" + this.port + path);
	}

	@Override
	public void close() {
		StartedProcesses.stop(List.of(this.process.toHandle()));
	}

}
